"""ModelCheckpoint: when it saves, and under which names."""

import pytest
from keras_core.callbacks import CallbackList, ModelCheckpoint


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


class Files:
    """A model whose files hold the number of the epoch."""

    def __init__(self, model):
        model.save = self._save
        self.model = model

    def _save(self, path, overwrite=True):
        with open(path, "w") as file:
            file.write(str(self.model.weights + 1))


def held(folder):
    return {path.name: int(path.read_text()) for path in folder.iterdir()}


def test_the_best_are_kept_beside_the_last(run, model, tmp_path):
    Files(model)
    checkpoint = ModelCheckpoint(
        tmp_path / "{epoch}.keras", monitor="acc", save_best_only=True, max_to_keep=2, save_last=True
    )
    run([checkpoint], losses(0.1, 0.5, 0.3, 0.2, 0.4, 0.35, name="acc"))
    assert held(tmp_path) == {"2.keras": 2, "5.keras": 5, "last.keras": 6}
    assert (checkpoint.best, checkpoint.best_path) == (0.5, str(tmp_path / "2.keras"))


def test_the_lowest_losses_below_a_threshold_are_kept(run, model, tmp_path):
    Files(model)
    path = tmp_path / "{epoch}.keras"
    run([ModelCheckpoint(path, save_best_only=True, max_to_keep=2, initial_value_threshold=3.5)], losses(4, 3, 5, 1, 2))
    assert held(tmp_path) == {"4.keras": 4, "5.keras": 5}


def test_the_newest_are_kept(run, model, tmp_path):
    Files(model)
    run([ModelCheckpoint(tmp_path / "{epoch}.keras", max_to_keep=3)], losses(1, 2, 3, 4, 5))
    assert held(tmp_path) == {"3.keras": 3, "4.keras": 4, "5.keras": 5}


def test_what_it_kept_is_part_of_its_state(run, model, tmp_path):
    Files(model)
    first, second = (ModelCheckpoint(tmp_path / "{epoch}.keras", save_best_only=True, max_to_keep=2) for _ in range(2))
    run([first], losses(3, 1, 2))
    second.set_state(first.get_state())
    run([second], losses(5, 4, 4, 1.5))  # as if these epochs had followed
    assert held(tmp_path) == {"2.keras": 2, "4.keras": 4}
    assert second.best == 1


def test_an_exception_saves_the_model(model, tmp_path):
    Files(model)
    kept = ModelCheckpoint(tmp_path / "{epoch}.keras", save_on_exception=True)
    listed = CallbackList([kept, ModelCheckpoint(tmp_path / "x{epoch}.keras")], model=model)
    listed.on_exception(KeyboardInterrupt())
    assert held(tmp_path) == {"exception.keras": 1}


def test_endings_of_weights_are_kept():
    assert ModelCheckpoint("a/b{x:.2f}.weights.h5", save_weights_only=True).last_path.endswith("last.weights.h5")


@pytest.mark.parametrize(("path", "count"), [("{epoch}.keras", 0), ("{epoch}.keras", 1.5), ("m.keras", 2)])
def test_numbers_of_files_that_cannot_be_kept_are_refused(path, count):
    with pytest.raises(ValueError, match="max_to_keep"):
        ModelCheckpoint(path, max_to_keep=count)
