"""Gradients of tables by the rows that were read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_core import RowGradient, Variable, backend, gradients, ops, stage

if TYPE_CHECKING:
    from collections.abc import Callable

TABLE = np.arange(12, dtype="float32").reshape(4, 3)
PLACES = np.array([[1, 3], [3, 0]], "int32")


def array(tensor: Any) -> np.ndarray:
    return np.asarray(backend.to_numpy(tensor))


def differentiated(read: Callable[[Variable], Any]) -> tuple[np.ndarray, bool]:
    """The gradient of the sum of squares of what is read of a table, and whether it was one of rows; staged."""
    table, kind = Variable(TABLE), []

    def run() -> Any:
        loss, (gradient,) = gradients(lambda: ops.sum(ops.square(read(table))), [table], [table])
        kind.append(isinstance(gradient, RowGradient))
        assert backend.active().is_tensor(loss)
        return ops.convert_to_tensor(gradient.added_to(ops.zeros((4, 3))) if kind[-1] else gradient)

    return array(stage(run, [table])()), kind[-1]


def expected(*places: np.ndarray) -> np.ndarray:
    total = np.zeros_like(TABLE)
    for one in places:
        np.add.at(total, one, 2 * TABLE[one])
    return total


@pytest.mark.needs_train
def test_rows_alone_are_differentiated_by() -> None:
    found, by_rows = differentiated(lambda table: table.rows(PLACES))
    assert by_rows
    np.testing.assert_allclose(found, expected(PLACES), rtol=1e-6)


@pytest.mark.needs_train
def test_two_reads_or_one_of_the_whole_make_it_dense() -> None:
    more = np.array([2, 1], "int32")
    found, by_rows = differentiated(
        lambda table: ops.concatenate([ops.reshape(table.rows(PLACES), (4, 3)), table.rows(more)], 0)
    )
    assert not by_rows
    np.testing.assert_allclose(found, expected(PLACES, more), rtol=1e-6)
    found, by_rows = differentiated(lambda table: ops.concatenate([table.rows(more), table.value], 0))
    assert not by_rows
    np.testing.assert_allclose(found, expected(more) + 2 * TABLE, rtol=1e-6)


@pytest.mark.needs_train
def test_rows_read_in_a_loop_are_read_of_the_whole() -> None:
    def looped(table: Variable) -> Any:
        return ops.scan(lambda total, place: (total + table.rows(place), total), ops.zeros((3,)), PLACES[0])[0]

    found, by_rows = differentiated(looped)
    assert not by_rows
    reference = np.zeros_like(TABLE)
    reference[PLACES[0]] = 2 * TABLE[PLACES[0]].sum(0)
    np.testing.assert_allclose(found, reference, rtol=1e-6)


@pytest.mark.needs_train
def test_a_table_that_was_assigned_before_is_read_as_it_is_now() -> None:
    def read(table: Variable) -> Any:
        table.assign(table.value * 2.0)
        return table.rows(PLACES)

    found, _ = differentiated(read)
    np.testing.assert_allclose(found, 4 * expected(PLACES), rtol=1e-6)


@pytest.mark.needs_train
def test_nobody_who_does_not_ask_gets_a_gradient_of_rows() -> None:
    table = Variable(TABLE)
    _, (found,) = gradients(lambda: ops.sum(ops.square(table.rows(PLACES))), [table])
    assert not isinstance(found, RowGradient)
    np.testing.assert_allclose(array(found), expected(PLACES), rtol=1e-6)


def test_rows_are_those_of_take() -> None:
    np.testing.assert_array_equal(array(Variable(TABLE).rows(PLACES)), TABLE[PLACES])


def test_rows_are_added_where_they_are_from() -> None:
    gradient = RowGradient(ops.convert_to_tensor(TABLE[PLACES]), ops.convert_to_tensor(PLACES))
    doubled = gradient.with_values(lambda values: ops.multiply(values, 2.0))
    np.testing.assert_allclose(array(doubled.added_to(ops.zeros((4, 3)))), expected(PLACES), rtol=1e-6)


def test_summed_values_are_the_same_for_each_row() -> None:
    places, values = np.array([[3, -1], [0, 3]], "int32"), np.arange(12, dtype="float32").reshape(2, 2, 3)
    found = RowGradient(ops.convert_to_tensor(values), ops.convert_to_tensor(places)).summed((4, 3))
    assert array(found.indices).tolist() == [0, 3, 3, 3]
    expected = np.stack([values[1, 0], *[values[0, 0] + values[0, 1] + values[1, 1]] * 3])
    np.testing.assert_allclose(array(found.values), expected)
