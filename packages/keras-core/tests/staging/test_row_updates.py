"""New rows of tables: written in a trace, collected by whoever opened it, or part of a whole new value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import RowUpdate, Trace, Variable, backend, ops, stage

TABLE = np.arange(12, dtype="float32").reshape(4, 3)
PLACES = np.array([[1, -1], [1, 0]], "int32")
VALUES = np.ones((2, 2, 3), "float32")


def array(tensor: Any) -> np.ndarray:
    return np.asarray(backend.to_numpy(tensor))


def added() -> np.ndarray:
    expected = TABLE.copy()
    np.add.at(expected, PLACES, VALUES)
    return expected


def replaced() -> np.ndarray:
    expected = TABLE.copy()
    expected[PLACES] = VALUES
    return expected


def test_an_update_makes_another_table() -> None:
    table = ops.convert_to_tensor(TABLE)
    for adds, expected in ((True, added()), (False, replaced())):
        update = RowUpdate(ops.convert_to_tensor(PLACES), ops.convert_to_tensor(VALUES), adds)
        np.testing.assert_array_equal(array(update.applied_to(table)), expected)
    np.testing.assert_array_equal(array(table), TABLE)


def test_rows_of_a_variable_are_replaced_or_added_to() -> None:
    one, other = Variable(TABLE), Variable(TABLE)
    before = one.value
    one.assign_rows(PLACES, VALUES)
    other.add_to_rows(PLACES, VALUES)
    np.testing.assert_array_equal(one.numpy(), replaced())
    np.testing.assert_array_equal(other.numpy(), added())
    np.testing.assert_array_equal(array(before), TABLE)


def test_a_program_writes_rows() -> None:
    one, other = Variable(TABLE), Variable(TABLE)

    def run(places: Any, values: Any) -> Any:
        one.assign_rows(places, values)
        other.add_to_rows(places, values)
        return ops.sum(values)

    assert float(stage(run, [one, other])(PLACES, VALUES)) == VALUES.sum()
    np.testing.assert_array_equal(one.numpy(), replaced())
    np.testing.assert_array_equal(other.numpy(), added())


@pytest.mark.filterwarnings("ignore")
def test_rows_are_collected_by_who_asks_for_them() -> None:
    table, own = Variable(TABLE), backend.active()
    for least, count in ((0, 1), (TABLE.nbytes, 1), (TABLE.nbytes + 1, 0), (None, 0)):
        with Trace(own, rows_from=least) as trace:
            table.add_to_rows(PLACES, VALUES)
            assert len(trace.row_updates) == count and len(trace.written) == 1 - count
    np.testing.assert_array_equal(table.numpy(), TABLE)


def test_a_read_after_an_update_sees_it_and_makes_it_dense() -> None:
    table = Variable(TABLE)
    with Trace(backend.active(), rows_from=0) as trace:
        table.add_to_rows(PLACES, VALUES)
        np.testing.assert_array_equal(array(table.rows(PLACES)), added()[PLACES])
        assert not trace.row_updates and list(trace.written) == [table]


def test_a_second_update_or_an_assignment_makes_it_dense() -> None:
    one, other = Variable(TABLE), Variable(TABLE)
    with Trace(backend.active(), rows_from=0) as trace:
        one.assign_rows(PLACES, VALUES)
        one.assign_rows([2], [[5.0, 5.0, 5.0]])
        other.add_to_rows(PLACES, VALUES)
        other.assign(TABLE)
        assert not trace.row_updates
    expected = replaced()
    expected[2] = 5
    np.testing.assert_array_equal(array(trace.written[one]), expected)
    np.testing.assert_array_equal(array(trace.written[other]), TABLE)


def test_what_a_trace_does_not_own_gets_no_rows() -> None:
    table = Variable(TABLE, name="table")
    with Trace(backend.active(), [], rows_from=0), pytest.raises(ValueError, match="'table' is assigned inside"):
        table.add_to_rows(PLACES, VALUES)


def test_rows_are_fetched_only_where_the_stored_value_is_meant() -> None:
    table, asked, own = Variable(TABLE), [], backend.active()

    def fetch_rows(variable: Any, places: Any) -> None:
        asked.append(variable)

    with Trace(own, fetch=lambda v: own.read(v.storage), fetch_rows=fetch_rows):
        table.rows(PLACES)
        with Trace(own):
            table.rows(PLACES)
        assert asked == [table, table]
        with Trace(own, values={table: ops.convert_to_tensor(added())}):
            np.testing.assert_array_equal(array(table.rows(PLACES)), added()[PLACES])
        table.assign(replaced())
        np.testing.assert_array_equal(array(table.rows(PLACES)), replaced()[PLACES])
    assert asked == [table, table]
