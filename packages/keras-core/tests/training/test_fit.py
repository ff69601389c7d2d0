"""The epochs of fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from keras_conformance import Descent
from keras_core import Sequential, set_random_seed
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


# -- a part of the data, a part of the time


def test_overfitting_trains_and_validates_with_the_first_batches(compiled: Make, data: Data) -> None:
    model = compiled(rate=0.05)
    history = model.fit(
        *data, batch_size=2, epochs=3, overfit_batches=2, validation_data=(data[0] * 9, data[1]), verbose=0
    )
    first = data[0][:4], data[1][:4]
    w, b, means = descend(first, 3, 2, 0.05)
    np.testing.assert_allclose(model.get_weights()[0], w, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(history.history["loss"], means, rtol=1e-3)
    np.testing.assert_allclose(history.history["val_loss"][-1], np.mean((first[0] @ w + b - first[1]) ** 2), rtol=1e-3)


@pytest.mark.parametrize("given", ["generator", "sequence"])
def test_overfitting_keeps_the_first_batches_of_a_source(compiled: Make, data: Data, given: str) -> None:
    x, y = data
    batches = [(x[i : i + 2], y[i : i + 2]) for i in range(0, 8, 2)]

    class Batches:
        def __len__(self) -> int:
            return 4

        def __getitem__(self, index: int) -> Any:
            return batches[index]

    source = iter(batches) if given == "generator" else Batches()
    history = compiled(rate=0.05).fit(source, epochs=3, overfit_batches=2, verbose=0)
    np.testing.assert_allclose(history.history["loss"], descend((x[:4], y[:4]), 3, 2, 0.05)[2], rtol=1e-3)


@pytest.mark.parametrize("limit", [0.5, 2])
def test_a_part_of_the_batches(compiled: Make, data: Data, limit: float) -> None:
    seen: list[int] = []

    class Steps(Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            seen.append(batch)

        def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
            seen.append(batch + 100)

    model = compiled(rate=0.05)
    history = model.fit(
        *data,
        batch_size=2,
        epochs=2,
        shuffle=False,
        limit_batches=limit,
        validation_data=data,
        verbose=0,
        callbacks=[Steps()],
    )
    assert seen == [0, 1, 100, 101] * 2
    # The second epoch goes on where the first one stopped.
    w, b, _ = descend(data, 1, 2, 0.05)
    np.testing.assert_allclose(model.get_weights()[0], w, rtol=1e-3, atol=1e-5)
    half = np.mean((data[0][:4] @ w + b - data[1][:4]) ** 2)
    np.testing.assert_allclose(history.history["val_loss"][-1], half, rtol=1e-3)


def test_more_batches_than_there_are(compiled: Make, data: Data) -> None:
    steps = compiled()
    steps.fit(*data, batch_size=4, epochs=1, limit_batches=99, verbose=0)
    assert int(steps.optimizer.iterations.numpy()) == 2


@pytest.mark.parametrize("argument", ["limit_batches", "overfit_batches"])
def test_shares_that_are_none(compiled: Make, data: Data, argument: str) -> None:
    for wrong in (0, -1, 1.5, 0.0, True):
        with pytest.raises(ValueError, match=f"{argument} must be a number of batches, or a share"):
            compiled().fit(*data, **{argument: wrong})
    with pytest.raises(ValueError, match=f"{argument}=0.5 is a share .* does not tell how many"):
        compiled().fit(iter([data]), **{argument: 0.5})


class Waiting(Callback):
    """Lets the clock go on by a second with every step."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr("keras_core.training.deadline.time.monotonic", lambda: self.now)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.now += 1


def test_max_time_ends_after_a_step(
    compiled: Make, data: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model = compiled(rate=0.05)
    history = model.fit(
        *data,
        batch_size=2,
        epochs=9,
        shuffle=False,
        max_time="00:06",
        validation_data=data,
        verbose=2,
        callbacks=[Waiting(monkeypatch)],
    )
    assert int(model.optimizer.iterations.numpy()) == 6
    assert history.epoch == [0, 1] and len(history.history["val_loss"]) == 2
    assert "Training ends: max_time='00:06' is over." in capsys.readouterr().out


@pytest.mark.parametrize("seconds", [4, 6])
def test_max_time_and_resume_go_on_exactly(
    compiled: Make, data: Data, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, seconds: int
) -> None:
    given = {"batch_size": 2, "epochs": 3, "validation_data": data, "verbose": 0}

    def train(**more: Any) -> Any:
        set_random_seed(2)
        model = compiled(rate=0.05)
        return model, model.fit(*data, **given, **more).history

    model, history = train()
    for part in range(3):
        resumed, found = train(resume=tmp_path, max_time=seconds, callbacks=[Waiting(monkeypatch)])
        assert int(resumed.optimizer.iterations.numpy()) == min(12, seconds * (part + 1))
    assert found == history
    np.testing.assert_array_equal(resumed.get_weights()[0], model.get_weights()[0])


# -- the validation is tried out


def test_a_fault_of_validation_shows_before_anything_is_trained(compiled: Make, data: Data) -> None:
    def broken(y_true: Any, y_pred: Any) -> Any:
        if int(y_pred.shape[0] or 3) == 3:
            raise ArithmeticError("three rows")
        return y_pred[:, 0]

    model = compiled(metrics=[broken], run_eagerly=True)
    given = {"batch_size": 4, "verbose": 0, "validation_data": (data[0][:3], data[1][:3])}
    with pytest.raises(ArithmeticError, match="three rows") as caught:
        model.fit(*data, **given)
    assert any("before the first epoch" in note for note in caught.value.__notes__)
    assert int(model.optimizer.iterations.numpy()) == 0
    with pytest.raises(ArithmeticError, match="three rows"):
        model.fit(*data, sanity_steps=0, **given)
    assert int(model.optimizer.iterations.numpy()) == 2


def test_validation_is_tried_out_where_callbacks_are_told_of_its_batches(compiled: Make, data: Data) -> None:
    class Fails(Sequential):
        def test_step(self, data: Any) -> Any:
            raise ArithmeticError("in the validation")

    class Tested(Callback):
        def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
            pass

    model = Fails(compiled().layers)
    model.compile(Descent(0.1), "mse")
    with pytest.raises(ArithmeticError):
        model.fit(*data, batch_size=8, verbose=0, validation_data=data, callbacks=[Tested()])
    assert int(model.optimizer.iterations.numpy()) == 0


@pytest.mark.parametrize("kind", ["arrays", "generator"])
def test_trying_validation_out_changes_no_number(compiled: Make, data: Data, kind: str) -> None:
    def train(steps: int) -> Any:
        set_random_seed(4)
        validation = data if kind == "arrays" else iter([data] * 3)
        more = {} if kind == "arrays" else {"validation_steps": 1}
        model = compiled(rate=0.05, metrics=["mae"])
        fitted = model.fit(
            *data, batch_size=2, epochs=3, validation_data=validation, sanity_steps=steps, verbose=0, **more
        )
        return model.get_weights()[0].tolist(), fitted.history, np.random.rand()

    assert train(0) == train(2)


def test_validation_is_tried_out_once_and_only_where_it_comes(compiled: Make, data: Data) -> None:
    seen: list[int] = []

    class Counted(Sequential):
        def test_step(self, data: Any) -> Any:
            seen.append(1)
            return super().test_step(data)

    model = Counted(compiled().layers)
    model.compile(Descent(0.1), "mse", run_eagerly=True)
    given = {"batch_size": 8, "verbose": 0, "validation_data": data}
    model.fit(*data, validation_freq=2, **given)
    assert len(seen) == 0
    model.fit(*data, **given)
    assert len(seen) == 2
    model.fit(*data, **given)
    assert len(seen) == 3
    model.fit(*data, sanity_steps=1, **given)
    assert len(seen) == 5
