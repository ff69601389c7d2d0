"""Cells: copies in, read-only arrays out, and writes that are kept as a whole or not at all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_backend_numpy import storage
from keras_core import Variable


def test_a_cell_holds_a_read_only_copy() -> None:
    given = np.array([1.0, 2.0])
    cell = storage.create(given, "w")
    given[:] = 0
    assert cell.name == "w" and cell.value.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        cell.value[0] = 9


def test_a_read_value_is_a_snapshot() -> None:
    v = Variable(np.array([1.0, 2.0], "float32"))
    old = v.value
    v.assign([3.0, 4.0])
    np.testing.assert_array_equal(old, [1, 2])
    with pytest.raises(ValueError, match="read-only"):
        v.value[0] = 9
    np.testing.assert_array_equal(v.numpy(), [3, 4])


def test_a_value_that_cannot_be_converted_changes_nothing() -> None:
    a, b = storage.create(np.zeros(2), "a"), storage.create(np.zeros(2), "b")

    class Broken:
        def __array__(self, *args: Any, **kwargs: Any) -> Any:
            raise MemoryError

    with pytest.raises(MemoryError):
        storage.write([(a, np.ones(2)), (b, Broken())])
    np.testing.assert_array_equal(a.value, [0, 0])


@pytest.mark.parametrize("wrong", [np.ones(3), np.ones(2, "float32")])
def test_a_wrong_shape_or_dtype_changes_nothing(wrong: np.ndarray) -> None:
    a, b = storage.create(np.zeros(2), "a"), storage.create(np.zeros(2), "b")
    with pytest.raises(ValueError, match=r"'b' holds .* shape \(2,\) and dtype float64 and cannot be assigned"):
        storage.write([(a, np.ones(2)), (b, wrong)])
    assert a.value.tolist() == b.value.tolist() == [0, 0]


def test_unshared_copies_what_is_a_variables_and_nothing_else() -> None:
    cell = storage.create(np.arange(3.0), "w")
    own = np.arange(3.0)
    assert storage.unshared(own) is own and storage.unshared(2.5) == 2.5
    for value in (cell.value, cell.value[::-1]):
        copy = storage.unshared(value)
        assert copy.flags.writeable and not np.shares_memory(copy, cell.value)
