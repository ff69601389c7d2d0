"""Callbacks that act at the end of epochs."""

import csv
import math
import warnings

import pytest
from keras_core.callbacks import (
    CSVLogger,
    EarlyStopping,
    LearningRateScheduler,
    ModelCheckpoint,
    ReduceLROnPlateau,
    TerminateOnNaN,
)


def losses(*values, name="val_loss"):
    return [{name: value} for value in values]


def test_history(run, model):
    history = run([], [{"loss": 3.0, "accuracy": 0.1, "val_acc": 0.2}, {"loss": 2.0, "accuracy": 0.3}])
    assert history.epoch == [0, 1]
    assert history.history == {"loss": [3.0, 2.0], "accuracy": [0.1, 0.3], "val_acc": [0.2]}
    assert history.history["acc"] == [0.1, 0.3]
    assert history.history["val_accuracy"] == [0.2]
    assert model.history is history


# -- EarlyStopping


@pytest.mark.parametrize(
    ("values", "arguments", "epochs"),
    [
        ((3, 2, 1), {}, 3),
        ((3, 2, 2.5, 1), {}, 3),
        ((3, 2, 2.5, 1, 2, 2, 2), {"patience": 2}, 6),
        ((3, 2.95, 2.9, 1), {"min_delta": 0.1}, 2),
        ((1, 2, 3), {"mode": "max"}, 3),
        ((3, 2.9, 2.8, 2.7), {"baseline": 2.0, "patience": 2}, 2),
        ((3, 1.9, 1.8, 1.7), {"baseline": 2.0, "patience": 2}, 4),
        ((1, 2, 3, 2, 3), {"start_from_epoch": 3}, 5),
    ],
)
def test_early_stopping_stops_after(run, values, arguments, epochs):
    history = run([EarlyStopping(**arguments)], losses(*values))
    assert len(history.epoch) == epochs


def test_early_stopping_by_either_name_and_direction(run):
    stopping = EarlyStopping("val_acc", patience=1)
    history = run([stopping], losses(0.1, 0.5, 0.4, 0.9, name="val_accuracy"))
    assert len(history.epoch) == 3
    assert (stopping.best, stopping.best_epoch, stopping.stopped_epoch) == (0.5, 1, 2)


@pytest.mark.parametrize("values", [(3, 1, 2, 2, 2, 2), (3, 1, 2)])
def test_early_stopping_restores_the_best_weights_also_without_a_stop(run, model, values):
    run([EarlyStopping(patience=3, restore_best_weights=True)], losses(*values))
    assert model.weights == 1


def test_early_stopping_is_ready_for_a_second_training(run, model):
    stopping = EarlyStopping(patience=0)
    run([stopping], losses(1, 2))
    model.stop_training = False
    assert len(run([stopping], losses(5, 4, 3)).epoch) == 3


def test_missing_number_is_said(run):
    with pytest.warns(UserWarning, match="'val_loss' is not among.*loss"):
        run([EarlyStopping()], losses(1, name="loss"))


def test_unknown_direction_is_said():
    with pytest.warns(UserWarning, match="mode='min' or mode='max'"):
        EarlyStopping("val_quality")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        EarlyStopping("val_quality", mode="max")
        EarlyStopping("val_binary_crossentropy")
        assert not EarlyStopping("val_root_mean_squared_error")._monitor.higher_is_better
        for name in ("val_mean_io_u", "auc", "val_f1_score", "head_binary_accuracy", "true_positives"):
            assert EarlyStopping(name)._monitor.higher_is_better
    with pytest.raises(ValueError, match="'auto', 'min' or 'max'"):
        EarlyStopping(mode="maximum")


# -- ModelCheckpoint


def test_checkpoint_every_epoch_with_fields(run, model, tmp_path):
    logs = [{"loss": 1.0, "val_accuracy": 0.25}, {"loss": 0.5, "val_accuracy": 0.5}]
    run([ModelCheckpoint(tmp_path / "sub" / "m-{epoch:02d}-{val_acc:.2f}.keras")], logs)
    assert model.saved == [str(tmp_path / "sub" / name) for name in ("m-01-0.25.keras", "m-02-0.50.keras")]
    assert (tmp_path / "sub").is_dir()


def test_checkpoint_of_the_best(run, model):
    run([ModelCheckpoint("m{epoch}.keras", save_best_only=True)], losses(3, 4, 2, 2, 1))
    assert model.saved == ["m1.keras", "m3.keras", "m5.keras"]


def test_checkpoint_of_the_best_accuracy_above_a_threshold(run, model):
    checkpoint = ModelCheckpoint(
        "{epoch}.weights.h5",
        "val_acc",
        save_best_only=True,
        save_weights_only=True,
        initial_value_threshold=0.4,
    )
    run([checkpoint], losses(0.3, 0.5, 0.45, 0.6, name="val_accuracy"))
    assert model.saved == [("weights", "2.weights.h5"), ("weights", "4.weights.h5")]
    assert checkpoint.best == 0.6


def test_checkpoint_by_batches_and_by_period(run, model):
    run([ModelCheckpoint("{epoch}-{batch}.keras", save_freq=3)], losses(1, 1, name="loss"), batches=4)
    assert model.saved == ["1-3.keras", "2-2.keras"]
    model.saved.clear()
    run([ModelCheckpoint("{epoch}.keras", period=2)], losses(1, 1, 1, 1, name="loss"))
    assert model.saved == ["2.keras", "4.keras"]


def test_checkpoint_errors(run):
    with pytest.raises(ValueError, match="save_freq"):
        ModelCheckpoint("m.keras", save_freq="batch")
    with pytest.raises(KeyError, match=r"val_accuracy.*not among: loss"):
        run([ModelCheckpoint("{val_accuracy}.keras")], losses(1, name="loss"))


def test_checkpoint_says_what_it_does(run, capsys):
    run([ModelCheckpoint("m.keras", save_best_only=True, verbose=1)], losses(2, 1, 3))
    out = capsys.readouterr().out
    assert "Epoch 2: val_loss improved from 2.00000 to 1.00000" in out
    assert "Epoch 3: val_loss did not improve from 1.00000" in out


# -- learning rates


def test_scheduler_of_epoch_and_rate(run):
    history = run([LearningRateScheduler(lambda epoch, lr: lr / 2)], losses(1, 1, 1))
    assert history.history["lr"] == [0.05, 0.025, 0.0125]


def test_scheduler_of_the_epoch_alone(run):
    history = run([LearningRateScheduler(lambda epoch: 1 / (epoch + 1))], losses(1, 1))
    assert history.history["learning_rate"] == [1.0, 0.5]
    with pytest.raises(ValueError, match="must give a number"):
        run([LearningRateScheduler(lambda epoch: None)], losses(1))


def test_reduce_on_plateau(run):
    values = (3, 2, 2, 2, 2, 1, 1, 1)
    history = run([ReduceLROnPlateau(factor=0.5, patience=2, min_lr=0.03)], losses(*values))
    # The rate that an epoch was trained with: halved after the fourth, then held at min_lr.
    rates = [0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05]
    assert history.history["learning_rate"] == pytest.approx(rates)


def test_reduce_on_plateau_cools_down(run, model):
    run([ReduceLROnPlateau(factor=0.1, patience=1, cooldown=2)], losses(1, 1, 1, 1, 1))
    assert model.optimizer.learning_rate == pytest.approx(0.1 * 0.1 * 0.1)
    with pytest.raises(ValueError, match="factor"):
        ReduceLROnPlateau(factor=1.0)


# -- others


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_terminate_on_nan(run, bad, capsys):
    history = run([TerminateOnNaN()], losses(1.0, bad, 1.0, name="loss"))
    assert len(history.epoch) == 2
    assert "the loss is" in capsys.readouterr().out
    with pytest.raises(RuntimeError, match="the loss is"):
        run([TerminateOnNaN(raise_error=True)], losses(bad, name="loss"))


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
