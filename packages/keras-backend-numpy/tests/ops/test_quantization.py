import numpy as np
import pytest
from keras_backend_numpy.ops.quantization import int8_matmul


def arrays(shape):
    rng = np.random.default_rng(0)
    return [rng.integers(-127, 128, one).astype("int8") for one in (shape, (shape[-1], 300))]


@pytest.mark.parametrize("shape", [(1, 6), (3, 70), (2, 3, 1100)])
def test_products_are_exact(shape):
    first, second = arrays(shape)
    found = np.asarray(int8_matmul(np.asarray(first), np.asarray(second)))
    assert found.dtype == np.int32
    np.testing.assert_array_equal(found, first.astype("int64") @ second)
