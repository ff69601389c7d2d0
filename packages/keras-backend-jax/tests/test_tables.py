"""Steps that write rows into large tables."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
from keras_backend_jax import BACKEND
from keras_core import Spec, Variable, ops

ROWS = 2**18
PLACES = np.array([3, 5, 3, ROWS - 1], "int32")


class Table:
    """Adds to rows, and counts the steps; what it adds passes through the host, which fails when it is told to."""

    def __init__(self) -> None:
        self.table, self.count = Variable(np.zeros((ROWS, 16), "float32")), Variable(0.0)
        self.variables = [self.table, self.count]
        self.fails = False

    def step(self, places: Any) -> list[Any]:
        def call(values: np.ndarray) -> np.ndarray:
            if self.fails:
                raise RuntimeError("the host has failed")
            return np.asarray(values)

        ones = jax.numpy.ones((4, 16), "float32")
        self.count.assign_add(1.0)
        self.table.add_to_rows(places, jax.pure_callback(call, jax.ShapeDtypeStruct(ones.shape, ones.dtype), ones))
        return [ops.sum(places)]

    @property
    def address(self) -> int:
        return int(BACKEND.read_stored(self.table.storage).unsafe_buffer_pointer())


def program_of(model: Table, many: bool) -> Any:
    if not many:
        return BACKEND.stage(model.step, model.variables, [Spec((4,), "int32")])
    steps = BACKEND.stage_steps(model.step, model.variables, [Spec((4,), "int32")])
    return lambda places: steps(np.arange(4, dtype="int32")[None], places)


@pytest.mark.parametrize("many", [False, True])
def test_rows_are_written_where_the_table_is(many: bool) -> None:
    model = Table()
    run = program_of(model, many)
    run(PLACES)
    address = model.address
    run(PLACES)
    model.table.numpy()  # a copy, which holds nothing
    run(PLACES)
    assert model.address == address
    expected = np.zeros((ROWS, 16))
    np.add.at(expected, PLACES, 3.0)
    np.testing.assert_array_equal(model.table.numpy(), expected)


@pytest.mark.parametrize(
    "how", [lambda x: x, lambda x: x.addressable_shards[0].data, np.asarray, jax.dlpack.from_dlpack]
)
def test_a_table_that_somebody_holds_is_copied_once(how: Any) -> None:
    model = Table()
    run = program_of(model, False)
    run(PLACES)
    address, held, before = model.address, how(model.table.value), model.table.numpy()
    run(PLACES)
    new = model.address
    run(PLACES)
    assert address != new == model.address
    np.testing.assert_array_equal(np.asarray(held), before)


@pytest.mark.parametrize("many", [False, True])
def test_a_failure_leaves_the_table_as_it_was(many: bool) -> None:
    model = Table()
    run = program_of(model, many)
    run(PLACES)
    run(PLACES)
    kept = [one.numpy() for one in model.variables]
    model.fails = True
    with pytest.raises(Exception, match="the host has failed"):
        run(PLACES)
    for variable, value in zip(model.variables, kept, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)
    model.fails = False
    run(PLACES)
    assert model.table.numpy()[3, 0] == 6 and model.count.numpy() == 3


def test_a_program_that_returns_a_table_returns_another_array() -> None:
    model = Table()
    run = program_of(model, False)
    run(PLACES)
    (found,) = BACKEND.stage(lambda: [model.table.value], [], [])()
    before = np.array(found)
    run(PLACES)
    np.testing.assert_array_equal(found, before)


class Whole(Table):
    """Changes the whole table in each step, by a number that passes through the host where `hosted` says so."""

    hosted = False

    def step(self, places: Any) -> list[Any]:
        def call(value: np.ndarray) -> np.ndarray:
            if self.fails:
                raise RuntimeError("the host has failed")
            return np.asarray(value)

        share = jax.numpy.mean(places.astype("float32"))
        if self.hosted:
            share = jax.pure_callback(call, jax.ShapeDtypeStruct((), np.float32), share)
        self.count.assign_add(1.0)
        self.table.assign(ops.add(ops.multiply(self.table, 2.0), share))
        return [ops.add(share, self.count)]


ORDER = np.arange(4, dtype="int32").reshape(2, 2)
VALUES = np.array([1, 3, 5, 7], "int32")


def whole_program(model: Whole) -> Any:
    return BACKEND.stage_steps(model.step, model.variables, [Spec((None,), "int32")])


def test_a_large_value_that_steps_replace_is_overwritten() -> None:
    model = Whole()
    steps = whole_program(model)
    (found,) = steps(ORDER, VALUES)
    assert float(found) == 6 + 2 and float(model.count.numpy()) == 2
    np.testing.assert_array_equal(model.table.numpy()[:: ROWS - 1], np.full((2, 16), 2 * 2 + 6))
    address = model.address
    steps(ORDER, VALUES)
    assert model.address == address
    np.testing.assert_array_equal(model.table.numpy()[:: ROWS - 1], np.full((2, 16), 2 * (2 * 10 + 2) + 6))


def test_a_large_value_that_somebody_holds_stays_as_it_is() -> None:
    model = Whole()
    steps = whole_program(model)
    steps(ORDER, VALUES)
    held = model.table.value
    steps(ORDER, VALUES)
    assert float(held[0, 0]) == 10 and float(model.table.numpy()[0, 0]) == 50


def test_a_failure_leaves_a_large_value_as_it_was() -> None:
    model = Whole()
    model.hosted = True
    steps = whole_program(model)
    steps(ORDER, VALUES)
    steps(ORDER, VALUES)
    model.fails = True
    with pytest.raises(Exception, match="the host has failed"):
        steps(ORDER, VALUES)
        model.table.numpy()
    assert float(model.table.numpy()[0, 0]) == 50 and float(model.count.numpy()) == 4
