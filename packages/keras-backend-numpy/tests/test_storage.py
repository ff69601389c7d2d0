"""What is read of variables, and results of programs, do not share their memory."""

from __future__ import annotations

import numpy as np
import pytest
from keras_backend_numpy import storage
from keras_core import Variable


def test_a_read_value_is_a_snapshot() -> None:
    v = Variable(np.array([1.0, 2.0], "float32"))
    old = v.value
    v.assign([3.0, 4.0])
    np.testing.assert_array_equal(old, [1, 2])
    with pytest.raises(ValueError, match="read-only"):
        v.value[0] = 9
    np.testing.assert_array_equal(v.numpy(), [3, 4])


def test_unshared_copies_what_is_a_variables_and_nothing_else() -> None:
    cell = storage.create(np.arange(3.0), "w")
    own = np.arange(3.0)
    assert storage.unshared(own) is own and storage.unshared(2.5) == 2.5
    for value in (cell.value, cell.value[::-1]):
        copy = storage.unshared(value)
        assert copy.flags.writeable and not np.shares_memory(copy, cell.value)
