"""What ops add to NumPy's functions."""

import numpy as np
import pytest
from keras_backend_numpy import framework
from keras_core import dtypes

BFLOAT16 = dtypes.numpy_dtype("bfloat16")


def test_quiet_functions_warn_of_nothing(recwarn: pytest.WarningsRecorder) -> None:
    found = framework.quiet(np.log)(np.array([0.0, -1.0]))
    assert found[0] == -np.inf and np.isnan(found[1]) and not recwarn.list


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [("float16", "float32"), (BFLOAT16, "float32"), ("float32", "float32"), ("float64", "float64"), ("int8", "int8")],
)
def test_16_bit_floats_are_summed_in_float32(dtype: str, expected: str) -> None:
    assert framework.accumulator(np.dtype(dtype)) == expected
    assert framework.widen(np.ones(2, dtype)).dtype == expected


def test_a_wide_array_is_not_copied() -> None:
    x = np.ones(2, "float32")
    assert framework.widen(x) is x


def test_in_float32_casts_results_back() -> None:
    seen = []

    def function(x: np.ndarray, y: np.ndarray, scale: int) -> tuple[np.ndarray, np.ndarray]:
        seen.extend([x.dtype.name, y.dtype.name])
        return x * scale, y

    found = framework.in_float32(function)(np.ones(2, BFLOAT16), np.ones(1, BFLOAT16), scale=2)
    assert seen == ["float32", "float32"] and [part.dtype for part in found] == [BFLOAT16, BFLOAT16]
    assert framework.in_float32(np.sum)(np.ones(3, "float16")).dtype == "float16"
