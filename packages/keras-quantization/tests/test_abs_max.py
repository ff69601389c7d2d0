import numpy as np
import pytest
from keras_core import ops
from keras_quantization import abs_max_quantize

VALUES = np.array([[0.5, -2.0, 1.0], [0.26, 0.5, -4.0]], "float32")


def arrays(found):
    return [np.asarray(ops.convert_to_numpy(one)) for one in found]


@pytest.mark.parametrize("to_numpy", [False, True])
@pytest.mark.parametrize(
    ("axis", "integers", "largest"),
    [
        (0, [[127, -127, 32], [66, 32, -127]], [[0.5, 2.0, 4.0]]),
        (-1, [[32, -127, 64], [8, 16, -127]], [[2.0], [4.0]]),
        ((0, 1), [[16, -64, 32], [8, 16, -127]], [[4.0]]),
        (None, [[16, -64, 32], [8, 16, -127]], [[4.0]]),
    ],
)
def test_the_largest_magnitude_is_the_largest_integer(axis, integers, largest, to_numpy):
    found, scale = arrays(abs_max_quantize(VALUES, axis, to_numpy=to_numpy))
    assert found.dtype == np.int8
    assert found.tolist() == integers
    np.testing.assert_allclose(scale, 127 / np.array(largest, "float32"), rtol=1e-6)


def test_a_range_of_four_bits():
    found, scale = arrays(abs_max_quantize(VALUES, -1, value_range=(-8, 7)))
    assert found.tolist() == [[2, -7, 4], [0, 1, -7]]
    np.testing.assert_allclose(scale, [[3.5], [1.75]], rtol=1e-6)


@pytest.mark.parametrize("to_numpy", [False, True])
def test_zeros_stay_zeros_and_16_bits_keep_their_dtype(to_numpy):
    found, scale = arrays(abs_max_quantize(np.zeros((2, 2), "float32"), -1, to_numpy=to_numpy))
    assert found.tolist() == [[0, 0], [0, 0]]
    assert np.isfinite(scale).all()
    halves = ops.cast(VALUES, "float16") if not to_numpy else VALUES.astype("float16")
    assert arrays(abs_max_quantize(halves, -1, to_numpy=to_numpy))[1].dtype == np.float16
