"""The epochs of fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from keras_conformance import Descent
from keras_core import Sequential
from keras_core.callbacks import Callback

pytestmark = pytest.mark.needs_train

Make = Callable[..., Sequential]
Data = tuple[np.ndarray, np.ndarray]


def descend(data: Data, epochs: int, batch: int, rate: float = 0.1) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """Kernel, bias and the mean loss of each epoch: momentum 0.9, in order of the rows."""
    x, y = data[0].astype("float64"), data[1].astype("float64")
    w, b = np.ones((3, 1)), np.zeros(1)
    vw, vb, means = np.zeros((3, 1)), np.zeros(1), []
    for _ in range(epochs):
        total = 0.0
        for start in range(0, len(x), batch):
            xs, ys = x[start : start + batch], y[start : start + batch]
            error = xs @ w + b - ys
            total += float((error**2).sum())
            vw, vb = 0.9 * vw - rate * 2 * xs.T @ error / len(xs), 0.9 * vb - rate * 2 * error.mean(0)
            w, b = w + vw, b + vb
        means.append(total / len(x))
    return w, b, means


@pytest.mark.parametrize("batch", [8, 3])
def test_epochs_against_numpy(compiled: Make, data: Data, batch: int) -> None:
    model = compiled(rate=0.05)
    history = model.fit(*data, batch_size=batch, epochs=3, shuffle=False, verbose=0)
    w, b, means = descend(data, 3, batch, 0.05)
    np.testing.assert_allclose(model.get_weights()[0], w, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(model.get_weights()[1], b, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(history.history["loss"], means, rtol=1e-3)
    assert model.history is history


def test_hooks_and_what_they_are_told(compiled: Make, data: Data) -> None:
    class Hooks(Callback):
        seen: list[Any] = []

        def on_train_begin(self, logs: Any = None) -> None:
            self.seen.append("train begins")

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.seen.append(epoch)

        def on_test_begin(self, logs: Any = None) -> None:
            self.seen.append("validation")

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.seen.append(sorted(logs))

        def on_train_end(self, logs: Any = None) -> None:
            self.seen.append("train ends")

        def close(self) -> None:
            self.seen.append("closed")

    hooks = Hooks()
    compiled().fit(*data, epochs=3, initial_epoch=1, validation_split=0.25, callbacks=[hooks], verbose=0)
    epoch = ["validation", ["loss", "val_loss"]]
    assert hooks.seen == ["train begins", 1, *epoch, 2, *epoch, "train ends", "closed"]
    assert hooks.params["epochs"] == 3 and hooks.params["samples"] == 6 and hooks.params["do_validation"]


def test_an_exception_closes_the_callbacks_and_keeps_whole_steps(compiled: Make, data: Data) -> None:
    class Breaks(Callback):
        closed = False

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            raise KeyboardInterrupt

        def close(self) -> None:
            self.closed = True

    model, breaks = compiled(rate=0.05), Breaks()
    with pytest.raises(KeyboardInterrupt):
        model.fit(*data, epochs=3, batch_size=4, shuffle=False, callbacks=[breaks], verbose=0)
    assert breaks.closed
    np.testing.assert_allclose(model.get_weights()[0], descend(data, 1, 4, 0.05)[0], rtol=1e-3, atol=1e-5)


def test_a_callback_ends_the_epoch_in_progress(compiled: Make, data: Data) -> None:
    class Stops(Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.model.stop_training = batch == 1

    model = compiled()
    history = model.fit(*data, batch_size=2, epochs=5, callbacks=[Stops()], verbose=0)
    assert history.epoch == [0] and int(model.optimizer.iterations.numpy()) == 2


def test_validation_is_that_of_evaluate_and_leaves_the_losses_alone(compiled: Make, data: Data) -> None:
    model, rows = compiled(rate=0.0, metrics=["mae"]), (data[0][:3] * 2, data[1][:3])
    history = model.fit(*data, validation_data=rows, validation_batch_size=2, verbose=0).history
    validated = model.evaluate(*rows, verbose=0, return_dict=True)
    trained = model.evaluate(*data, verbose=0, return_dict=True)
    assert {name: values[0] for name, values in history.items()} == {
        **{name: pytest.approx(value, rel=1e-5) for name, value in trained.items()},
        **{f"val_{name}": pytest.approx(value, rel=1e-5) for name, value in validated.items()},
    }


def test_moving_averages_replace_the_weights_at_the_end(compiled: Make, data: Data) -> None:
    model = compiled()
    model.compile(Descent(0.05, use_ema=True, ema_momentum=0.5), "mse")
    model.fit(*data, batch_size=8, epochs=2, shuffle=False, verbose=0)
    first, second = (descend(data, epochs, 8, 0.05)[0] for epochs in (1, 2))
    np.testing.assert_allclose(model.get_weights()[0], (first + second) / 2, rtol=1e-3, atol=1e-5)


def test_batch_hooks_are_called_every_steps_per_execution(compiled: Make, data: Data) -> None:
    class Batches(Callback):
        seen: list[int] = []

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.seen.append(batch)

    batches = Batches()
    compiled(steps_per_execution=3).fit(*data, batch_size=1, callbacks=[batches], verbose=0)
    assert batches.seen == [2, 5, 7]


def test_callbacks_are_told_of_what_ends_the_training(compiled, data, needs_train):
    class Stops(Callback):
        told = None

        def on_epoch_end(self, epoch, logs=None):
            raise KeyboardInterrupt

        def on_exception(self, error):
            self.told = error

    stops = Stops()
    with pytest.raises(KeyboardInterrupt) as caught:
        compiled().fit(*data, callbacks=[stops], verbose=0)
    assert stops.told is caught.value
