"""Cells: copies in, read-only arrays out, writes that are kept as a whole or not at all."""

import numpy as np
import pytest
from keras_backend_theano import storage


def test_a_cell_holds_a_read_only_copy():
    given = np.array([1.0, 2.0])
    cell = storage.create(given, "w")
    given[:] = 0
    assert cell.name == "w" and cell.value.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        cell.value[0] = 9


def test_a_write_copies():
    cell, given = storage.create(np.zeros(2), "w"), np.ones(2)
    before = cell.value
    storage.write([(cell, given)])
    given[:] = 7
    assert cell.value.tolist() == [1, 1] and before.tolist() == [0, 0]


@pytest.mark.parametrize("wrong", [np.ones(3), np.ones(2, "float32")])
def test_a_wrong_shape_or_dtype_changes_nothing(wrong):
    a, b = storage.create(np.zeros(2), "a"), storage.create(np.zeros(2), "b")
    with pytest.raises(ValueError, match=r"'b' holds .* shape \(2,\) and dtype float64"):
        storage.write([(a, np.ones(2)), (b, wrong)])
    assert a.value.tolist() == b.value.tolist() == [0, 0]
