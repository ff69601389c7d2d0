"""Batches of a source that share calls: everything is as if they were run one by one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_core import Sequential, Variable, ops
from keras_core.callbacks import BackupAndRestore, Callback
from keras_core.testing import fixed_steps_per_call
from keras_core.training import gathering
from keras_core.training.gathering import kind_of
from keras_core.training.programs import Programs

if TYPE_CHECKING:
    from pathlib import Path

Make = Callable[..., Sequential]
Batch = tuple[np.ndarray, ...]

pytestmark = pytest.mark.needs_train

STEPS = 13


def batches(steps: int = STEPS, rows: Callable[[int], int] = lambda step: 2) -> Iterator[Batch]:
    rng = np.random.default_rng(0)
    for step in range(steps):
        x = rng.normal(size=(rows(step), 3)).astype("float32")
        yield x, x.sum(-1, keepdims=True) + 1


def trained(compiled: Make, source: Callable[[Any], Iterable[Batch]], steps: int, **given: Any) -> list[np.ndarray]:
    """Weights, steps and loss of a model trained with what a function of it yields, so many batches in a call."""
    model = compiled(rate=0.01)
    with fixed_steps_per_call(steps):
        history = model.fit(source(model), verbose=0, **given)
    return [*model.get_weights(), model.optimizer.iterations.numpy(), np.array(history.history["loss"])]


def same(first: Any, second: Any) -> None:
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let batches wait for others however busy the machine is."""
    monkeypatch.setattr(gathering, "_PATIENCE", 60.0)


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many steps each call runs."""
    found: list[int] = []
    run_many, run = Programs.run_many, Programs.run

    def many(self: Programs, mode: str, indices: np.ndarray, data: Any) -> Any:
        found.append(len(indices))
        return run_many(self, mode, indices, data)

    def one(self: Programs, *args: Any, **given: Any) -> Any:
        found.append(1)
        return run(self, *args, **given)

    monkeypatch.setattr(Programs, "run_many", many)
    monkeypatch.setattr(Programs, "run", one)
    return found


def shares_calls(model: Sequential) -> bool:
    return "steps" in model.backend.capabilities


def reused() -> Iterator[Batch]:
    """Batches that are all in one array."""
    x, y = np.empty((2, 3), "float32"), np.empty((2, 1), "float32")
    for one, other in batches():
        x[:], y[:] = one, other
        yield x, y


class Numbered:
    """Batches by number."""

    def __init__(self) -> None:
        self.batches = list(batches())

    def __len__(self) -> int:
        return STEPS

    def __getitem__(self, index: int) -> Batch:
        return self.batches[index]


SOURCES: dict[str, Callable[[], Iterable[Any]]] = {
    "equal": batches,
    "ragged end": lambda: batches(rows=lambda step: 1 if step == STEPS - 1 else 2),
    "two kinds": lambda: batches(rows=lambda step: 2 + step // 3 % 2),
    "weights sometimes": lambda: ((x, y, y[:, 0]) if i % 5 == 3 else (x, y) for i, (x, y) in enumerate(batches())),
    "lists": lambda: ((x.tolist(), y) for x, y in batches()),
    "by name": lambda: (({"features": x}, y) for x, y in batches()),
    "one array": reused,
    "by number": Numbered,
}


@pytest.mark.parametrize("name", SOURCES)
def test_shared_calls_change_nothing(compiled: Make, name: str, sizes: list[int]) -> None:
    expected = trained(compiled, lambda model: SOURCES[name](), 1, shuffle=False)
    del sizes[:]
    same(trained(compiled, lambda model: SOURCES[name](), 4, shuffle=False), expected)
    assert sum(sizes) == STEPS
    if shares_calls(compiled()):
        assert max(sizes) >= 3


LOOKS: dict[str, Callable[[Any], Any]] = {
    "weights": lambda model: model.get_weights()[0],
    "prediction": lambda model: model.predict(np.ones((2, 3), "float32"), verbose=0),
    "traced call": lambda model: ops.convert_to_numpy(
        ops.cond(True, lambda: model.layers[-1].kernel.value * 1, lambda: 0)
    ),
    "rate": lambda model: model.optimizer.learning_rate.assign(0.02),
    "assignment": lambda model: model.layers[-1].kernel.assign(model.layers[-1].kernel * 2),
    "frozen": lambda model: setattr(model.layers[-1], "trainable", False),
    "stop": lambda model: setattr(model, "stop_training", True),
}


@pytest.mark.parametrize("name", LOOKS)
def test_what_a_source_sees_and_does_is_as_of_its_batch(compiled: Make, name: str) -> None:
    seen: dict[int, list[Any]] = {1: [], 8: []}

    def looking(steps: int) -> Callable[[Any], Iterator[Batch]]:
        def source(model: Any) -> Iterator[Batch]:
            for step, batch in enumerate(batches()):
                if step in (3, 4, 11):
                    seen[steps].append(LOOKS[name](model))
                yield batch

        return source

    same(trained(compiled, looking(8), 8), trained(compiled, looking(1), 1))
    same(seen[8], seen[1])


def test_other_variables_and_other_threads_let_batches_wait(compiled: Make, sizes: list[int]) -> None:
    own = Variable(0.0)

    def source(model: Any) -> Iterator[Batch]:
        for batch in batches():
            own.assign_add(1.0)
            thread = threading.Thread(target=model.get_weights)
            thread.start()
            thread.join()
            yield batch

    trained(compiled, source, 4)
    assert float(own.numpy()) == STEPS
    if shares_calls(compiled()):
        assert max(sizes) == 4


@pytest.mark.parametrize("error", [ValueError("broken"), KeyboardInterrupt()])
def test_what_came_before_an_error_of_the_source_is_trained(compiled: Make, error: BaseException) -> None:
    def fails() -> Iterator[Batch]:
        yield from batches(6)
        raise error

    model = compiled(rate=0.01)
    with fixed_steps_per_call(4), pytest.raises(type(error)):
        model.fit(fails(), verbose=0)
    expected = trained(compiled, lambda _: batches(6), 1)
    same([*model.get_weights(), model.optimizer.iterations.numpy()], expected[:-1])


def test_a_wrong_batch_is_named_after_those_before_it_were_trained(compiled: Make) -> None:
    def source() -> Iterator[Batch]:
        yield from batches(6)
        yield np.ones((2, 3), "float32"), np.ones((3, 1), "float32")

    model = compiled(rate=0.01)
    with fixed_steps_per_call(4), pytest.raises(ValueError, match=r"2.*3|3.*2"):
        model.fit(source(), verbose=0)
    assert int(model.optimizer.iterations.numpy()) == 6


def test_an_error_in_a_step_is_not_for_the_source_to_catch(compiled: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    if not shares_calls(compiled()):
        pytest.skip("no calls are shared")
    caught: list[BaseException] = []

    def source(model: Any) -> Iterator[Batch]:
        for step, batch in enumerate(batches()):
            if step == 3:
                monkeypatch.setattr(Programs, "run_many", fails)
                try:
                    model.get_weights()
                except ZeroDivisionError as error:
                    caught.append(error)
            yield batch

    def fails(*args: Any) -> Any:
        raise ZeroDivisionError("in a step")

    with pytest.raises(ZeroDivisionError, match="in a step"):
        trained(compiled, source, 8)
    assert not caught


def test_batches_of_a_slow_source_do_not_wait(
    compiled: Make, sizes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "_PATIENCE", 0.02)

    def slow() -> Iterator[Batch]:
        for batch in batches(5):
            time.sleep(0.03)
            yield batch

    trained(compiled, lambda _: slow(), 8)
    assert max(sizes) == 1


def test_no_batch_is_drawn_that_is_not_trained(compiled: Make) -> None:
    source = batches(20)
    model = compiled(rate=0.01)
    with fixed_steps_per_call(8):
        model.fit(source, verbose=0, steps_per_epoch=6, epochs=2)
    assert len(list(source)) == 8

    class Stops(Callback):
        def on_steps_end(self, steps: int, logs: Any = None) -> None:
            self.model.stop_training = True

    source = batches(20)
    begun = int(model.optimizer.iterations.numpy())
    with fixed_steps_per_call(8):
        model.fit(source, verbose=0, callbacks=[Stops()])
    assert len(list(source)) == 20 - (int(model.optimizer.iterations.numpy()) - begun)


def test_hooks_of_batches_come_between_the_batches(compiled: Make) -> None:
    order: list[Any] = []

    class Tells(Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            order.append(batch)

    def source() -> Iterator[Batch]:
        for batch in batches(4):
            order.append("drawn")
            yield batch

    trained(compiled, lambda _: source(), 8, callbacks=[Tells()])
    assert order == ["drawn", 0, "drawn", 1, "drawn", 2, "drawn", 3]


def test_evaluation_and_validation_share_calls_too(compiled: Make, sizes: list[int]) -> None:
    model = compiled()
    x, y = (np.concatenate(part) for part in zip(*batches(), strict=True))
    with fixed_steps_per_call(4):
        loss = model.evaluate(batches(), verbose=0)
        if shares_calls(model):
            assert max(sizes) == 4
        history = model.fit(x, y, validation_data=Numbered(), epochs=1, verbose=0)
    np.testing.assert_allclose(loss, model.compute_loss(None, y, x.sum(-1, keepdims=True)), rtol=1e-6)
    np.testing.assert_allclose(history.history["val_loss"][0], model.evaluate(x, y, verbose=0), rtol=1e-6)


def test_a_training_goes_on_within_gathered_batches(compiled: Make, tmp_path: Path) -> None:
    def noisy() -> Iterator[Batch]:
        for x, y in batches(rows=lambda step: 2 + step // 3 % 2):
            yield x + np.random.normal(size=x.shape).astype("float32"), y

    class Killed(BaseException):
        pass

    class Kill(Callback):
        def on_steps_end(self, steps: int, logs: Any = None) -> None:
            if steps >= 6:
                raise Killed

    def train(steps: int, *callbacks: Callback) -> list[np.ndarray]:
        np.random.seed(3)
        return trained(compiled, lambda _: noisy(), steps, callbacks=list(callbacks))

    expected = train(4)
    with pytest.raises(Killed):
        train(2, BackupAndRestore(tmp_path, 1), Kill())
    same(train(4, BackupAndRestore(tmp_path, 1)), expected)


def test_kinds_of_batches() -> None:
    x, y = np.ones((2, 3), "float32"), np.ones((2, 1), "float32")
    assert kind_of((x, y, None))[1] == kind_of((x * 2, y, None))[1]
    assert kind_of((x, y, None))[1] != kind_of((x, y, y))[1]
    assert kind_of((x, y, None))[1] != kind_of((x.astype("float16"), y, None))[1]
    for other in ((x, y[:1], None), (x[:0], y[:0], None), (x, np.float32(1), None), (x, y.astype(object), None)):
        assert kind_of(other)[1] is None
