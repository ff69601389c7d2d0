"""Cells of arrays: copies in, read-only arrays out, and writes that are kept as a whole or not at all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core.backend.toolkit import adopt_array, create_array, write_arrays


def test_a_cell_holds_a_read_only_copy() -> None:
    given = np.array([1.0, 2.0])
    cell = create_array(given, "w")
    given[:] = 0
    assert cell.name == "w" and cell.value.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        cell.value[0] = 9


def test_a_value_that_cannot_be_converted_changes_nothing() -> None:
    a, b = create_array(np.zeros(2), "a"), create_array(np.zeros(2), "b")

    class Broken:
        def __array__(self, *args: Any, **kwargs: Any) -> Any:
            raise MemoryError

    with pytest.raises(MemoryError):
        write_arrays([(a, np.ones(2)), (b, Broken())])
    np.testing.assert_array_equal(a.value, [0, 0])


@pytest.mark.parametrize("wrong", [np.ones(3), np.ones(2, "float32")])
def test_a_wrong_shape_or_dtype_changes_nothing(wrong: np.ndarray) -> None:
    a, b = create_array(np.zeros(2), "a"), create_array(np.zeros(2), "b")
    with pytest.raises(ValueError, match=r"'b' holds .* shape \(2,\) and dtype float64 and cannot be assigned"):
        write_arrays([(a, np.ones(2)), (b, wrong)])
    assert a.value.tolist() == b.value.tolist() == [0, 0]


def test_a_write_copies() -> None:
    cell, given = create_array(np.zeros(2), "w"), np.ones(2)
    before = cell.value
    write_arrays([(cell, given)])
    given[:] = 7
    assert cell.value.tolist() == [1, 1] and before.tolist() == [0, 0]


def test_an_adopted_array_is_not_copied() -> None:
    cell, given = create_array(np.zeros(2), "w"), np.ones(2)
    adopt_array(cell, given)
    assert np.shares_memory(cell.value, given) and not cell.value.flags.writeable
    with pytest.raises(ValueError, match=r"'w' holds .* shape \(2,\) and dtype float64"):
        adopt_array(cell, np.ones(3))
    assert cell.value.tolist() == [1, 1]
