"""Rows of large tables: written at once, by a program and by many steps of one, unseen by who holds the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_core import Variable, backend, ops, stage
from keras_core.testing import StagedSteps

from keras_conformance.pieces import Tables

if TYPE_CHECKING:
    from collections.abc import Callable


def at_once(model: Tables) -> Callable[[], Any]:
    return lambda: model.step(ops.convert_to_tensor(model.places))[0]


def staged(model: Tables) -> Callable[[], Any]:
    program = stage(model.step, model.variables)
    return lambda: program(model.places)[0]


def in_steps(model: Tables) -> Callable[[], Any]:
    steps = StagedSteps(model.step, lambda: model.variables, backend.active())
    return lambda: steps(np.arange(4, dtype="int32")[None], (ops.convert_to_tensor(model.places),))[0]


WAYS = pytest.mark.parametrize("way", [at_once, staged, in_steps])


@WAYS
def test_every_step_sees_the_rows_of_the_one_before(way: Callable[[Tables], Callable[[], Any]]) -> None:
    model = Tables()
    run = way(model)
    # Row 3 is named twice: it is read twice, and gets two ones a step.
    assert [float(backend.to_numpy(run())) for _ in range(3)] == [0, 6 * 16, 12 * 16]
    model.check(3)


def test_many_steps_in_a_call() -> None:
    model = Tables()
    steps = StagedSteps(model.step, lambda: model.variables, backend.active())
    (found,) = steps(np.tile(np.arange(4, dtype="int32"), (3, 1)), (ops.convert_to_tensor(model.places),))
    assert float(backend.to_numpy(found)) == 12 * 16
    model.check(3)


@WAYS
def test_who_holds_a_table_does_not_see_it_change(way: Callable[[Tables], Callable[[], Any]]) -> None:
    model = Tables()
    run = way(model)
    run()
    before = model.added.numpy()
    other = Variable(np.zeros_like(before))
    other.assign(model.added.value)
    held = [model.added.value, ops.convert_to_tensor(model.added.value), model.added.numpy()]
    run()
    run()
    for one in (*held, other.value):
        np.testing.assert_array_equal(backend.to_numpy(one), before)
    model.check(3)


@WAYS
def test_a_value_that_was_assigned_stays_who_made_it(way: Callable[[Tables], Callable[[], Any]]) -> None:
    model = Tables()
    run = way(model)
    run()
    given = ops.zeros(model.added.shape)
    model.added.assign(given)
    model.replaced.assign(given)
    model.count.assign(0.0)
    run()
    run()
    assert not np.asarray(backend.to_numpy(given)).any()
    model.check(2)
