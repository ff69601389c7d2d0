"""A model that records what callbacks do to it, a clock, and a terminal that records what is drawn."""

import types

import pytest
from keras_core.callbacks import progress_bar as module


class Optimizer:
    learning_rate = 0.1


class Recorder:
    def __init__(self):
        self.stop_training = False
        self.optimizer = Optimizer()
        self.weights = 0
        self.saved = []
        self.history = None

    def overrides(self, method):
        return method in ("save", "save_weights")

    def get_weights(self):
        return [self.weights]

    def set_weights(self, weights):
        (self.weights,) = weights

    def save(self, path, overwrite=True):
        self.saved.append(path)

    def save_weights(self, path, overwrite=True):
        self.saved.append(("weights", path))


@pytest.fixture
def model():
    return Recorder()


@pytest.fixture
def run(model):
    """Go through the epochs as `fit` would; ends where a callback stops the training."""
    from keras_core.callbacks import CallbackList

    def go(callbacks, logs, batches=1, **params):
        listed = CallbackList(callbacks, add_history=True, model=model, epochs=len(logs), verbose=0, **params)
        listed.on_train_begin()
        for epoch, numbers in enumerate(logs):
            model.weights = epoch
            listed.on_epoch_begin(epoch)
            for batch in range(batches):
                listed.on_train_batch_begin(batch)
                listed.on_train_batch_end(batch, lambda numbers=numbers: numbers)
            listed.on_epoch_end(epoch, dict(numbers))
            if model.stop_training:
                break
        listed.on_train_end()
        listed.close()
        return listed.history

    return go


class Clock:
    def __init__(self, monkeypatch):
        self.now = 100.0
        clock = types.SimpleNamespace(perf_counter=lambda: self.now)
        monkeypatch.setattr(module, "time", clock)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


class FakeScreen:
    def __init__(self):
        self.lines = []
        self.closed = False

    def show(self, *parts):
        self.lines.append("".join(parts))

    def close(self):
        self.closed = True


@pytest.fixture
def screen(monkeypatch):
    fake = FakeScreen()
    monkeypatch.setattr(module, "_Terminal", lambda: fake)
    return fake
