import numpy as np
import pytest
from keras_core import ops


@pytest.mark.parametrize("dtype", ["int64", "uint64", "float64", "int32", "bool"])
@pytest.mark.parametrize("axis", [None, 0, -1])
def test_extremes_and_their_places_in_every_width(dtype, axis):
    x = np.array([[1, 0, 1], [0, 2, 2]]).astype(dtype)
    for name in ("argmax", "argmin"):
        found = ops.convert_to_numpy(getattr(ops, name)(x, axis))
        assert found.dtype == "int32"
        np.testing.assert_array_equal(found, getattr(np, name)(x, axis))
    for name in ("max", "min"):
        found = ops.convert_to_numpy(getattr(ops, name)(x, axis, keepdims=True))
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, getattr(np, name)(x, axis, keepdims=True))


def test_an_initial_value_takes_part_in_64_bits():
    x = np.array([[2**40, 1]])
    assert ops.convert_to_numpy(ops.max(x, 1, initial=2**41)).tolist() == [2**41]
    assert ops.convert_to_numpy(ops.min(x, 1, initial=-1)).tolist() == [-1]
