"""Calls of scalars that are made once for many steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_backend_torch import staging
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.compiler.passes.pipeline import optimized
from keras_backend_torch.compiler.passes.scalars import without_scalars
from keras_backend_torch.compiler.recording import kernel_name, record
from keras_backend_torch.framework import torch
from keras_core import Spec, Variable, metrics, ops

if TYPE_CHECKING:
    from collections.abc import Callable

    Step = Callable[[Any], list[Any]]

SPEC = Spec((2, 2), "float32")
X = np.random.default_rng(0).uniform(size=(6, 2)).astype("float32")
ROWS = np.array([[0, 1], [2, 3], [4, 5], [1, 1]], "int32")


def mean() -> tuple[Step, list[Variable]]:
    """The mean so far of all values."""
    metric = metrics.Mean()
    return lambda x: [metric(x)], metric.variables


def area() -> tuple[Step, list[Variable]]:
    """The area under a curve, and the mean."""
    found, other = metrics.AUC(num_thresholds=5), metrics.Mean()
    return lambda x: [ops.stack([found(ops.greater(x, 0.5), x), other(x)])], [*found.variables, *other.variables]


def in_place() -> tuple[Step, list[Variable]]:
    """What a variable of which parts are assigned in its memory was before the step, and its first element."""
    state, before = Variable(np.zeros(3, "float32"), trainable=False), Variable(np.float32(0), trainable=False)

    def step(x: Any) -> list[Any]:
        value = torch.clone(state.value)
        value[0].add_(x.sum())
        new = torch.clone(before.value)
        new.add_(x.max())
        results = [ops.multiply(before.value, 2.0), ops.add(value[0], 1.0)]
        state.assign(value)
        before.assign(new)
        return [ops.stack(results), new]

    return step, [state, before]


def written_into_later() -> tuple[Step, list[Variable]]:
    """A scalar that is assigned what was made of it, and the next step writes into."""
    state = Variable(np.float32(1), trainable=False)

    def step(x: Any) -> list[Any]:
        copy = torch.clone(state.value)
        copy.add_(x.sum())
        new = ops.multiply(copy, 0.5)
        state.assign(new)
        return [ops.add(new, 1.0)]

    return step, [state]


def counted() -> tuple[Step, list[Variable]]:
    """Numbers of several dtypes, and a constant among them."""
    count, part = Variable(0, dtype="int32", trainable=False), torch.tensor(0.1, dtype=torch.float64)

    def step(x: Any) -> list[Any]:
        count.assign_add(1)
        wide = torch.mul(ops.cast(count, "float32"), part)
        return [ops.stack([ops.cast(wide, "float32"), ops.cast(count, "float32"), ops.max(x)]), wide, x]

    return step, [count]


MAKERS = [mean, area, in_place, written_into_later, counted]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("way", ["recorded", "op by op", "one by one"])
def test_the_outputs_of_all_steps_are_those_of_each(make: Any, way: str, monkeypatch: pytest.MonkeyPatch) -> None:

    step, variables = make()
    alone = BACKEND.stage_steps(step, variables, [SPEC])
    steps = [[one.numpy() for one in alone(row[None], BACKEND.tensor(X))] for row in ROWS]
    step, again = make()
    if way == "op by op":
        monkeypatch.setattr(staging, "_recorded", lambda *_: None)
    if way == "one by one":
        monkeypatch.setattr(staging, "LARGE", 0)
        for variable in again:
            variable.trainable = True
    found = BACKEND.stage_stacked_steps(step, again, [SPEC], None)(ROWS, BACKEND.tensor(X))
    expected = [np.stack(one) for one in zip(*steps, strict=True)]
    for a, b in zip(found, expected, strict=True):
        assert a.numpy().dtype == b.dtype
        np.testing.assert_array_equal(a.numpy(), b)
    for a, b in zip(again, variables, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())


def test_results_of_a_small_state_leave_the_loop_and_those_of_a_large_one_stay() -> None:
    step, variables = mean()
    recording = optimized(record(BACKEND, step, variables, [SPEC]))
    inside, after = without_scalars(recording)
    assert "div" in map(kernel_name, after) and len(inside) + len(after) == len(recording.calls)
    assert not {"div", "where"} & {*map(kernel_name, inside)}
    step, variables = area()
    inside, after = without_scalars(optimized(record(BACKEND, step, variables, [SPEC])))
    assert "div" in map(kernel_name, inside) and [*map(kernel_name, after)][-1] == "stack"


def test_what_the_next_step_needs_or_is_drawn_stays() -> None:
    state = Variable(np.float32(0), trainable=False)

    def step(x: Any) -> list[Any]:
        new = ops.add(ops.multiply(state, 0.5), ops.sum(x))
        state.assign(new)
        return [torch.bernoulli(torch.sigmoid(new))]

    recording = record(BACKEND, step, [state], [SPEC])
    assert without_scalars(recording)[1] == []
