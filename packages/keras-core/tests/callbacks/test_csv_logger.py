"""CSVLogger: its columns and rows."""

import csv

from keras_core.callbacks import (
    CSVLogger,
)


def test_csv_logger(run, tmp_path):
    path = tmp_path / "log.csv"
    run([CSVLogger(path)], [{"loss": 1.0, "acc": 0.5}, {"loss": 0.5, "acc": 0.75}])
    assert path.read_text() == "epoch,acc,loss\n0,0.5,1.0\n1,0.75,0.5\n"
    run([CSVLogger(path, append=True)], [{"loss": 0.25, "acc": 1.0}])
    with path.open() as file:
        rows = list(csv.DictReader(file))
    assert [row["loss"] for row in rows] == ["1.0", "0.5", "0.25"]
    run([CSVLogger(path, separator=";")], [{"loss": 1.0}])
    assert path.read_text() == "epoch;loss\n0;1.0\n"


def test_csv_logger_keeps_columns_for_validation_that_comes_later(run, tmp_path):
    path = tmp_path / "log.csv"
    logs = [{"loss": 1.0, "lr": 0.5}, {"loss": 0.5, "lr": 0.25, "val_loss": 0.75}]
    run([CSVLogger(path)], logs, do_validation=True)
    assert path.read_text() == "epoch,loss,lr,val_loss\n0,1.0,0.5,NA\n1,0.5,0.25,0.75\n"


def test_a_training_that_continues_goes_on_with_the_file(run, model, tmp_path):
    path = tmp_path / "log.csv"
    first = CSVLogger(path)
    run([first], [{"loss": 1.0}, {"loss": 0.5}])
    state = first.get_state()
    with path.open("a") as file:
        file.write("2,0.3\n")  # written after the state was saved
    second = CSVLogger(path)
    second.set_model(model)
    second.on_train_begin()
    second.set_state(state)
    assert second.get_state() == state
    second.on_epoch_end(2, {"loss": 0.25})
    second.close()
    assert path.read_text() == "epoch,loss\n0,1.0\n1,0.5\n2,0.25\n"


def test_a_training_without_epochs_leaves_an_empty_file(run, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("old\n")
    run([CSVLogger(path)], [])
    assert path.read_text() == ""
