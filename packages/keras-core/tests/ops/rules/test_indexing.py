"""Shapes of ``x[key]`` against NumPy's."""

import numpy as np
import pytest
from keras_core.ops.rules.indexing import indexed_shape

KEYS = [
    0,
    -1,
    slice(None),
    slice(1, 3),
    slice(None, None, -2),
    (0, 1),
    (..., 0),
    None,
    (None, 0),
    (slice(1), None, ...),
]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_the_shape_is_that_of_numpy(key):
    assert indexed_shape((4, 3, 2), key) == np.zeros((4, 3, 2))[key].shape


def test_unknown_sizes():
    assert indexed_shape((None, 3), 0) == (3,)
    assert indexed_shape((None, 3), slice(1, None)) == (None, 3)


def test_an_index_beyond_the_axis():
    with pytest.raises(ValueError, match="4"):
        indexed_shape((4, 3), 4)
