"""Adam updates variables in place where their memory has no alias, and nowhere else."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np
import pytest
from keras_backend_torch import staging
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.compiler.passes import in_place
from keras_core import Spec, Variable, ops

GRADIENT = np.array([1.0, -2.0, 3.0], "float32")


class Step:
    """A step of Adam on one variable of three numbers, with a count of steps beside it."""

    def __init__(self, sees_result: bool = False) -> None:
        self.w, self.m, self.v = (Variable(np.full(3, n, "float32")) for n in (5.0, 0.0, 0.0))
        self.rate, self.count = Variable(np.float32(0.5)), Variable(np.float32(0))
        self.sees_result = sees_result
        self.variables = [self.w, self.m, self.v, self.rate, self.count]
        self.program = BACKEND.stage(self._step, self.variables, [Spec((3,), "float32")])

    def many(self) -> Any:
        """Two steps in a call."""
        program = BACKEND.stage_steps(self._step, self.variables, [Spec((3,), "float32")])
        return lambda: program(np.array([[0, 1, 2]] * 2, "int32"), BACKEND.tensor(GRADIENT))

    def _step(self, g: Any) -> list[Any]:
        w, m, v = self.w, self.m, self.v
        self.count.assign_add(1.0)
        m.assign(m + (g - m) * 0.1)
        v.assign(v + (g * g - v) * 0.01)
        w.assign(w - m * self.rate.value / (ops.sqrt(v) + 1e-3))
        return [ops.sum(w if self.sees_result else g)]

    def __call__(self) -> float:
        return float(self.program(BACKEND.tensor(GRADIENT))[0])

    def expected(self, steps: int) -> np.ndarray:
        w, m, v = 5.0, 0.0, 0.0
        for _ in range(steps):
            m, v = m + (GRADIENT - m) * 0.1, v + (GRADIENT**2 - v) * 0.01
            w = w - m * 0.5 / (np.sqrt(v) + 1e-3)
        return np.asarray(w)

    def memory(self) -> list[int]:
        return [one.storage.value.data_ptr() for one in (self.w, self.m, self.v)]


def test_memory_without_an_alias_is_updated_in_place() -> None:
    step = Step()
    before = step.memory()
    assert [step() for _ in range(3)] == [2, 2, 2]
    assert step.memory() == before
    np.testing.assert_allclose(step.w.numpy(), step.expected(3), rtol=1e-5)
    assert float(step.count.numpy()) == 3


@pytest.mark.parametrize("large", [True, False])
def test_many_steps_update_large_values_in_place(large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    step = Step()
    monkeypatch.setattr(staging, "LARGE", step.w.nbytes if large else step.w.nbytes + 1)
    run = step.many()
    run()
    before = step.memory()
    run()
    assert (step.memory() == before) is large
    held = step.w.value
    run()
    np.testing.assert_allclose(held, step.expected(4), rtol=1e-5)
    np.testing.assert_allclose(step.w.numpy(), step.expected(6), rtol=1e-5)
    assert float(step.count.numpy()) == 6


@pytest.mark.parametrize(
    "look",
    [
        lambda w: w.value,
        lambda w: w.storage.value,
        lambda w: w.storage.value[:2],
        lambda w: w.storage.value.numpy(),
        lambda w: np.from_dlpack(w.storage.value),
        lambda w: w.value * 2.0,  # autograd keeps it
    ],
)
def test_a_value_that_was_read_stays(look: Any) -> None:
    step = Step()
    seen = look(step.w)
    before = np.array(np.asarray(seen))
    for _ in range(2):
        step()
    np.testing.assert_array_equal(np.asarray(seen), before)
    np.testing.assert_allclose(step.w.numpy(), step.expected(2), rtol=1e-5)


def test_a_step_that_looks_at_its_result() -> None:
    step = Step(sees_result=True)
    assert step() == pytest.approx(step.expected(1).sum(), rel=1e-5)
    np.testing.assert_allclose(step.w.numpy(), step.expected(1), rtol=1e-5)


def test_a_failure_of_the_kernel_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    step = Step()
    step()

    def fails() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(in_place._Group, "call", lambda *_: fails)
        with pytest.raises(KeyboardInterrupt):
            step()
    np.testing.assert_allclose(step.w.numpy(), step.expected(1), rtol=1e-5)
    assert float(step.count.numpy()) == 1
    step()
    np.testing.assert_allclose(step.w.numpy(), step.expected(2), rtol=1e-5)


def test_a_reader_in_another_thread_waits_until_the_kernel_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    step = Step()
    call, writing, seen = in_place._Group.call, threading.Event(), []

    def read() -> None:
        writing.wait(10)
        seen.append(step.w.numpy())

    def slowly(*args: Any) -> Any:
        kernel = call(*args)

        def run() -> None:
            writing.set()
            time.sleep(0.05)
            kernel()

        return run

    reader = threading.Thread(target=read)
    reader.start()
    monkeypatch.setattr(in_place._Group, "call", slowly)
    step()
    reader.join(10)
    np.testing.assert_allclose(seen[0], step.expected(1), rtol=1e-5)
