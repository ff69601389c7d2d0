"""Sums in a dtype that holds them, and arguments that NumPy's functions do not take."""

from __future__ import annotations

import numpy as np
import pytest
from keras_backend_numpy.ops import OPS
from keras_core import dtypes

X = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
REDUCTIONS = ["sum", "prod", "mean", "max", "min", "any", "all"]


@pytest.mark.parametrize("axis", [None, 1, [0, 2], (-1,)])
@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions(name: str, axis: object) -> None:
    plain = tuple(axis) if isinstance(axis, list) else axis
    for keepdims in (False, True):
        found = OPS[name](X, axis=axis, keepdims=keepdims)
        expected = getattr(np, name)(X.astype("float64"), axis=plain, keepdims=keepdims)
        assert found.dtype == ("bool" if name in ("any", "all") else "float32")
        np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_16_bit_sums_are_formed_in_float32(dtype: str) -> None:
    x = np.full(3000, 1, dtypes.numpy_dtype(dtype))
    assert float(OPS["sum"](x)) == float(np.float32(3000).astype(x.dtype)) and OPS["sum"](x).dtype == x.dtype
    assert float(OPS["mean"](x)) == 1
    assert float(OPS["cumsum"](x)[-1]) == float(np.float32(3000).astype(x.dtype))


def test_truth_values_are_counted_in_int32() -> None:
    x = np.array([True, True, False])
    for name, expected in (("sum", 2), ("prod", 0)):
        assert OPS[name](x).dtype == "int32" and OPS[name](x) == expected
    assert OPS["cumsum"](x).tolist() == [1, 2, 2]


def test_initial_value_of_an_extreme() -> None:
    assert OPS["max"](np.zeros((0,), "float32"), initial=-3) == -3
    assert OPS["min"](np.array([4, 7]), initial=5) == 4


def test_positions_are_int32() -> None:
    for name in ("argmax", "argmin"):
        found = OPS[name](X, 1)
        assert found.dtype == "int32"
        np.testing.assert_array_equal(found, getattr(np, name)(X, 1))


def test_running_products() -> None:
    x = np.array([[1, 2], [3, 4]], "int8")
    assert OPS["cumprod"](x, 1).tolist() == [[1, 2], [3, 12]]
    found = OPS["cumsum"](x, None, "float64")
    assert found.tolist() == [1, 3, 6, 10] and found.dtype == "float64"
