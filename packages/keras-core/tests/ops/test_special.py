"""Less common functions and windows, against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

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
