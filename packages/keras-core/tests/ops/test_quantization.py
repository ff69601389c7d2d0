import numpy as np
import pytest
from keras_core import Input, ops
from keras_core.ops.op import force_bodies


@pytest.mark.parametrize("forced", [False, True])
@pytest.mark.parametrize(("rows", "size"), [((3,), 5), ((2, 3), 7), ((1,), 2100), ((40,), 1500)])
def test_products_are_exact(rows, size, forced):
    rng = np.random.default_rng(size)
    first = rng.integers(-127, 128, (*rows, size)).astype("int8")
    second = rng.integers(-127, 128, (size, 4)).astype("int8")
    first.flat[:size] = 127
    second[:, 0] = 127  # a sum beyond what float32 holds
    expected = first.astype("int64") @ second.astype("int64")
    if forced:
        with force_bodies():
            found = ops.int8_matmul(first, second)
    else:
        found = ops.int8_matmul(first, second)
    assert ops.dtype(found) == "int32"
    np.testing.assert_array_equal(ops.convert_to_numpy(found), expected)


def test_shapes():
    found = ops.int8_matmul(Input((None, 5), dtype="int8"), np.zeros((5, 3), "int8"))
    assert (tuple(found.shape), found.dtype) == ((None, None, 3), "int32")
    with pytest.raises(ValueError, match="inner sizes"):
        ops.int8_matmul(Input((4,), dtype="int8"), np.zeros((5, 3), "int8"))
