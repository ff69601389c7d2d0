"""OrbaxCheckpoint: what is saved comes back, in another model and whatever the optimizer's names are."""

import importlib.util
import sys

import numpy as np
import pytest
from keras_core.callbacks import Callback, OrbaxCheckpoint

needs_orbax = pytest.mark.skipif(importlib.util.find_spec("orbax") is None, reason="orbax-checkpoint is not installed")


def values(model):
    return [*model.get_weights(), *(variable.numpy() for variable in model.optimizer.variables)]


class Keeps(Callback):
    """Keeps the values after each epoch."""

    def __init__(self):
        self.found = {}

    def on_epoch_end(self, epoch, logs=None):
        self.found[epoch + 1] = values(self.model)


@needs_orbax
@pytest.mark.needs_train
@pytest.mark.parametrize("background", [True, False])
def test_saved_and_restored(compiled, data, tmp_path, background):
    x, y = data
    model, keeps = compiled(), Keeps()
    checkpoint = OrbaxCheckpoint(tmp_path / "run", max_to_keep=2, save_on_background=background)
    model.fit(x, y, epochs=4, batch_size=4, verbose=0, callbacks=[keeps, checkpoint])
    assert checkpoint.steps == [3, 4]
    other = compiled()
    other.fit(x * 2, y, epochs=1, verbose=0)
    for step, expected in ((3, 3), (None, 4)):
        checkpoint.restore(other, step)
        for one, saved in zip(values(other), keeps.found[expected], strict=True):
            assert one.dtype == saved.dtype
            np.testing.assert_array_equal(one, saved)
    with pytest.raises(FileNotFoundError, match=r"no checkpoint 1 in .*there are \[3, 4\]"):
        checkpoint.restore(other, 1)
    before = values(wrong := compiled(units=2))
    with pytest.raises(ValueError, match=r"trainable_variables of model 'net' have the shapes \[\(3, 2\), \(2,\)\]"):
        checkpoint.restore(wrong)
    for one, kept in zip(values(wrong), before, strict=True):
        np.testing.assert_array_equal(one, kept)
    checkpoint.close()


@needs_orbax
@pytest.mark.needs_train
def test_only_the_best_only_weights_and_every_few_batches(compiled, data, tmp_path):
    x, y = data
    model = compiled()
    best = OrbaxCheckpoint(tmp_path / "best", "loss", save_best_only=True, max_to_keep=None, save_weights_only=True)
    often = OrbaxCheckpoint(tmp_path / "often", save_freq=3, max_to_keep=None)
    history = model.fit(x, y, epochs=3, batch_size=4, verbose=0, callbacks=[best, often]).history["loss"]
    assert best.steps == [k + 1 for k in range(3) if history[k] == min(history[: k + 1])]
    assert best.best == min(history) and often.steps == [3, 6]
    iterations = int(model.optimizer.iterations.numpy())
    best.restore()
    assert int(model.optimizer.iterations.numpy()) == iterations  # of which nothing was saved
    best.close()
    often.close()


def test_without_orbax(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "orbax.checkpoint", None)
    monkeypatch.setitem(sys.modules, "orbax", None)
    with pytest.raises(ImportError, match=r"pip install 'keras-core\[orbax\]'"):
        OrbaxCheckpoint(tmp_path).on_train_begin()
