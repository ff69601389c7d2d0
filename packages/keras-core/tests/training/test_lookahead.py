"""Callbacks that are told of every batch, while one call runs several."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from keras_core import Sequential, Variable, ops
from keras_core.callbacks import Callback
from keras_core.testing import fixed_steps_per_call
from keras_core.training.lookahead import Lookahead
from keras_core.training.recorded_steps import MOST, RecordedSteps
from keras_core.training.steps_per_call import StepsPerCall

Make = Callable[..., Sequential]
Data = tuple[np.ndarray, np.ndarray]

STEPS = 24


class Notes(Callback):
    """Notes what `look` sees in the hooks of certain batches, and all losses."""

    def __init__(
        self, look: Callable[[Any], Any] = lambda model: None, at: tuple[int, ...] = (), hook: str = "end"
    ) -> None:
        self.look, self.at, self.hook = look, at, hook
        self.seen: list[Any] = []
        self.order: list[tuple[str, int]] = []

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.order.append(("begin", batch))
        if self.hook == "begin" and batch in self.at:
            self.seen.append(self.look(self.model))

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.order.append(("end", batch))
        self.seen.append(logs["loss"])
        if self.hook == "end" and batch in self.at:
            self.seen.append(self.look(self.model))


@pytest.fixture
def rows(data: Data) -> Data:
    x, y = (np.concatenate([one] * 12)[:STEPS] for one in data)
    return x, y


def trained(compiled: Make, rows: Data, steps: int, *callbacks: Callback, **given: Any) -> list[np.ndarray]:
    model = compiled(rate=0.01)
    with fixed_steps_per_call(steps):
        model.fit(*rows, batch_size=1, shuffle=False, verbose=0, callbacks=list(callbacks), **given)
    return [*model.get_weights(), model.optimizer.iterations.numpy()]


def same(first: Any, second: Any) -> None:
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


LOOKS: dict[str, Callable[[Any], Any]] = {
    "weights": lambda model: model.get_weights()[0],
    "prediction": lambda model: model.predict(np.ones((2, 3), "float32"), verbose=0),
    "evaluation": lambda model: model.evaluate(np.ones((2, 3), "float32"), np.ones((2, 1), "float32"), verbose=0),
    "call": lambda model: ops.convert_to_numpy(model(np.ones((2, 3), "float32"))),
    "traced call": lambda model: ops.convert_to_numpy(
        ops.cond(True, lambda: model.layers[-1].kernel.value * 1, lambda: 0)
    ),
    "steps": lambda model: int(model.optimizer.iterations.numpy()),
    "metric": lambda model: float(ops.convert_to_numpy(model.metrics[0].result())),
    "rate": lambda model: model.optimizer.learning_rate.assign(0.02),
    "another rate": lambda model: setattr(model.optimizer, "learning_rate", 0.02),
    "assignment": lambda model: model.layers[-1].kernel.assign(model.layers[-1].kernel * 2),
    "frozen": lambda model: setattr(model.layers[-1], "trainable", False),
    "stop": lambda model: setattr(model, "stop_training", True),
}


@pytest.mark.needs_train
@pytest.mark.parametrize("hook", ["begin", "end"])
@pytest.mark.parametrize("name", LOOKS)
def test_what_a_callback_sees_and_does_is_of_its_batch(compiled: Make, rows: Data, name: str, hook: str) -> None:
    notes = [Notes(LOOKS[name], (3, 4, 11, 17, STEPS - 1), hook) for _ in range(2)]
    same(trained(compiled, rows, 1, notes[0]), trained(compiled, rows, 8, notes[1]))
    same(notes[0].seen, notes[1].seen)
    assert notes[0].order == notes[1].order
    batches = 4 if name == "stop" else STEPS
    assert notes[1].order == [(when, batch) for batch in range(batches) for when in ("begin", "end")]


@pytest.mark.needs_train
def test_a_thread_of_a_callback_sees_the_same(compiled: Make, rows: Data) -> None:
    def look(model: Any) -> Any:
        found: list[Any] = []
        thread = threading.Thread(target=lambda: found.extend(model.get_weights()))
        thread.start()
        thread.join()
        return found[0]

    notes = [Notes(look, (2, 13)) for _ in range(2)]
    same(trained(compiled, rows, 1, notes[0]), trained(compiled, rows, 8, notes[1]))
    same(notes[0].seen, notes[1].seen)


@pytest.mark.needs_train
def test_another_model_in_another_thread_does_not_shorten_calls(
    compiled: Make, rows: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = compiled(rate=0.01)
    other.train_on_batch(*rows)

    def look(_: Any) -> None:
        thread = threading.Thread(target=other.train_on_batch, args=rows)
        thread.start()
        thread.join()

    sizes = calls_of(monkeypatch)
    trained(compiled, rows, 8, Notes(look, tuple(range(STEPS))))
    if "steps" in other.backend.capabilities:
        assert max(sizes) == 8 and sum(sizes) == STEPS


@pytest.mark.needs_train
def test_an_error_in_a_hook_leaves_the_model_after_its_batch(compiled: Make, rows: Data) -> None:
    class Fails(Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if batch == 12:
                raise KeyboardInterrupt

    model = compiled(rate=0.01)
    with fixed_steps_per_call(8), pytest.raises(KeyboardInterrupt):
        model.fit(*rows, batch_size=1, shuffle=False, verbose=0, callbacks=[Fails()])
    assert int(model.optimizer.iterations.numpy()) == 13
    same(model.get_weights(), trained(compiled, (rows[0][:13], rows[1][:13]), 1)[:2])


@pytest.mark.needs_train
def test_callbacks_that_only_read_logs_let_steps_share_calls(
    compiled: Make, rows: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = calls_of(monkeypatch)
    model, own = compiled(rate=0.01), Variable(0.0)
    notes = Notes(lambda _: own.assign_add(1.0), tuple(range(STEPS)))
    with fixed_steps_per_call(8):
        model.fit(*rows, batch_size=1, shuffle=False, verbose=0, callbacks=[notes])
    if "steps" in model.backend.capabilities:
        assert max(sizes) == 8 and sum(sizes) == STEPS
    assert float(own.numpy()) == STEPS


@pytest.mark.needs_train
def test_validation_tells_of_every_batch(compiled: Make, rows: Data) -> None:
    class Tested(Callback):
        def __init__(self) -> None:
            self.seen: list[Any] = []

        def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
            self.seen.append((batch, logs["loss"], logs["size"]))

    told = [Tested(), Tested()]
    for steps, one in zip((1, 8), told, strict=True):
        trained(compiled, rows, steps, one, validation_data=rows, validation_batch_size=2)
    assert told[0].seen == told[1].seen and [batch for batch, _, _ in told[1].seen] == list(range(STEPS // 2))


@pytest.mark.needs_train
def test_logs_that_are_no_scalars_come_step_by_step(data: Data) -> None:
    from keras_core import Input
    from keras_core.layers import Layer
    from keras_core.models import Model

    class Scale(Layer):
        def build(self, shape: Any) -> None:
            self.kernel = self.add_weight((3,), initializer="ones")

        def call(self, x: Any) -> Any:
            return ops.sum(x * self.kernel, -1, keepdims=True)

    class Tells(Model):
        def train_step(self, batch: Any) -> dict[str, Any]:
            return {**super().train_step(batch), "first": batch[0][0]}

    x, y = data
    inputs = Input((3,))
    model = Tells(inputs, Scale()(inputs))
    model.compile("sgd", "mse")
    seen: list[Any] = []

    class Firsts(Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            seen.append(logs["first"])

    with fixed_steps_per_call(4):
        model.fit(x, y, batch_size=1, shuffle=False, verbose=0, callbacks=[Firsts()])
    np.testing.assert_array_equal(np.stack(seen), x)


@pytest.mark.needs_train
def test_steps_that_run_in_python_wait_for_the_hooks(compiled: Make, rows: Data) -> None:
    model, order = compiled(rate=0.01), []
    model.compile("sgd", "mse", run_eagerly=True)
    model.layers[-1].add_loss(lambda: order.append("step") or 0.0)

    class Tells(Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            order.append("end")

    with fixed_steps_per_call(8):
        model.fit(*rows, batch_size=1, verbose=0, callbacks=[Tells()])
    assert order.count("end") == STEPS and ("end", "end") not in itertools.pairwise(order)


def test_a_callback_that_looks_makes_calls_short_for_a_while() -> None:
    class Ready:
        ready = True

        def may_run_ahead(self) -> bool:
            return self.ready

    recorded: Any = Ready()
    lookahead = Lookahead(recorded, StepsPerCall(fixed=100))
    assert lookahead.steps() == MOST
    lookahead.note(64, looked=True)
    assert lookahead.steps() == 1
    for _ in range(32):
        lookahead.note(1, looked=False)
    assert lookahead.steps() == 4
    recorded.ready = False
    assert lookahead.steps() == 1


def calls_of(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of steps of each call from now on."""
    sizes: list[int] = []
    run = RecordedSteps.run

    def counted(self: RecordedSteps, indices: np.ndarray, data: Any) -> Any:
        sizes.append(len(indices))
        return run(self, indices, data)

    monkeypatch.setattr(RecordedSteps, "run", counted)
    return sizes
