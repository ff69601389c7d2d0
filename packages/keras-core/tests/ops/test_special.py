"""Less common functions and windows, against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import ops

X = np.array([-5.5, -1.25, 0, 2, 7.75], "float32")
Y = np.array([2, -0.5, 3, -4, 2.5], "float32")
NAN = np.array([np.nan, 1, np.nan, np.inf, -np.inf], "float32")


@pytest.mark.parametrize("name", ["fmax", "fmin", "fmod", "logaddexp2"])
def test_binary(name: str, check: Any) -> None:
    check(name, X, Y, expect=getattr(np, name)(X, Y))


def test_fmax_prefers_numbers(check: Any) -> None:
    check("fmax", NAN, X, expect=np.fmax(NAN, X))
    check("fmin", X, NAN, expect=np.fmin(X, NAN))
    check("fmod", np.array([-7, 7], "int32"), np.array([3, -3], "int32"), expect=np.array([-1, 1], "int32"))


def test_unary(check: Any) -> None:
    check("fabs", X, expect=np.fabs(X))
    check("isposinf", NAN, expect=np.isposinf(NAN))
    check("isneginf", NAN, expect=np.isneginf(NAN))
    check("i0", X, expect=np.i0(X).astype("float32"))
    check("ldexp", X, np.array([1, -2, 3, 0, 2], "int32"), expect=np.ldexp(X, [1, -2, 3, 0, 2]).astype("float32"))


@pytest.mark.parametrize("name", ["hanning", "hamming", "blackman", "bartlett"])
@pytest.mark.parametrize("length", [1, 2, 7])
def test_windows(name: str, length: int, check: Any) -> None:
    check(name, length, expect=getattr(np, name)(length).astype("float32"))
    check("kaiser", length, 5.0, expect=np.kaiser(length, 5.0).astype("float32"))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_signbit_and_nextafter(dtype: str, check: Any) -> None:
    x = np.array([-0.0, 0.0, -1.5, 2, np.inf, -np.inf, np.nan, 1, 1], dtype)
    y = np.array([1, -1, -9, 2, 0, 0, 0, 2, -np.inf], dtype)
    check("signbit", x, expect=np.signbit(x))
    found = ops.convert_to_numpy(ops.nextafter(x, y))
    assert found.dtype == dtype
    np.testing.assert_array_equal(found.view(f"int{8 * x.itemsize}"), np.nextafter(x, y).view(f"int{8 * x.itemsize}"))


def test_signbit_of_whole_numbers(check: Any) -> None:
    check("signbit", np.array([-3, 0, 2], "int32"), expect=np.array([True, False, False]))
    check("signbit", np.array([3, 0], "uint8"), expect=np.array([False, False]))
    check("signbit", np.array([True, False]), expect=np.array([False, False]))


@pytest.mark.parametrize("name", ["gcd", "lcm"])
def test_divisors(name: str, check: Any) -> None:
    x, y = np.array([[12, -18, 0, 17]], "int32"), np.array([[8], [0], [-6]], "int32")
    check(name, x, y, expect=getattr(np, name)(x, y))
    wide = np.array([7540113804746346429], "int64")  # Fibonacci's 92nd number and the one before: most steps
    check("gcd", wide, np.array([4660046610375530309], "int64"), expect=np.array([1], "int64"))
    with pytest.raises(ValueError, match="got the dtype float32, expected integers"):
        getattr(ops, name)(X, Y)
