"""ModelCheckpoint: when it saves, and under which names."""

import pytest
from keras_core.callbacks import (
    ModelCheckpoint,
)


def losses(*values, name="val_loss"):
    return [{name: value} for value in values]


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
    with pytest.raises(ValueError, match="period must be a number of epochs, got 0"):
        ModelCheckpoint("m.keras", period=0)
    with pytest.raises(KeyError, match=r"'batch'.*not among: loss, epoch"):
        run([ModelCheckpoint("{batch}.keras")], losses(1, name="loss"))
    with pytest.raises(KeyError, match=r"val_accuracy.*not among: loss"):
        run([ModelCheckpoint("{val_accuracy}.keras")], losses(1, name="loss"))


def test_checkpoint_says_what_it_does(run, capsys):
    run([ModelCheckpoint("m.keras", save_best_only=True, verbose=1)], losses(2, 1, 3))
    out = capsys.readouterr().out
    assert "Epoch 2: val_loss improved from 2.00000 to 1.00000" in out
    assert "Epoch 3: val_loss did not improve from 1.00000" in out


@pytest.mark.parametrize(("weights", "path"), [(False, "m.weights.txt"), (True, "m-{epoch}.keras")])
def test_a_path_of_no_known_format_is_refused_before_training(run, model, monkeypatch, weights, path):
    monkeypatch.setattr(model, "overrides", lambda method: False)
    with pytest.raises(ValueError, match=r"saved to a path that ends in"):
        run([ModelCheckpoint(path, save_weights_only=weights)], losses(1))
    assert model.saved == [] and model.history is None


def test_a_missing_number_is_said_and_nothing_is_saved(run, model):
    with pytest.warns(UserWarning, match=r"'val_loss' is not among what was measured: loss"):
        run([ModelCheckpoint("m.keras", save_best_only=True)], losses(1, name="loss"))
    assert model.saved == []


def test_the_best_of_two_trainings(run, model):
    checkpoint = ModelCheckpoint("m{epoch}.keras", save_best_only=True)
    run([checkpoint], losses(3, 2))
    run([checkpoint], losses(4, 1))
    assert model.saved == ["m1.keras", "m2.keras", "m2.keras"] and checkpoint.best == 1
