import ml_dtypes
import numpy as np
import pytest
from keras_core import ops
from keras_quantization import compute_float8_amax_history, compute_float8_scale, quantize_and_dequantize


def array(tensor):
    return np.asarray(ops.convert_to_numpy(tensor))


@pytest.mark.parametrize(
    ("amax", "scale", "margin", "expected"),
    [(3.0, 1.0, 0, 3 / 448), (3.0, 1.0, 1, 6 / 448), (0.0, 2.0, 0, 2.0), (np.inf, 2.0, 0, 2.0)],
)
def test_scale(amax, scale, margin, expected):
    found = compute_float8_scale(np.float32(amax), np.float32(scale), 448.0, margin)
    np.testing.assert_allclose(array(found), expected, rtol=1e-6)


def test_the_latest_magnitude_goes_first():
    found = compute_float8_amax_history(np.array([[1.0, -9.0]], "float32"), np.array([1, 2, 3], "float32"))
    assert array(found).tolist() == [9, 3, 1]


@pytest.mark.parametrize("dtype", ["float8_e4m3fn", "float8_e5m2"])
def test_rounding(dtype):
    values = np.array([0.1, 1, 300, -1e6, 0], "float32")
    kind = getattr(ml_dtypes, dtype)
    largest = float(ml_dtypes.finfo(kind).max)
    expected = np.clip(values / 2, -largest, largest).astype(kind).astype("float32") * 2
    found = quantize_and_dequantize(values, np.float32(2), dtype, "float32")
    np.testing.assert_array_equal(array(found), expected)
