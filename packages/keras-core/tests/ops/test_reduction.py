"""Reductions and running sums, against NumPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, ops

X = np.array([[[1.5, -2, 0.5], [4, 0, -1]], [[3, 3, -3], [0.25, 7, 2]]], "float32")
INTS = np.array([[3, -1, 0], [2, 2, 5]], "int32")
AXES = pytest.mark.parametrize("axis", [None, 0, -1, (0, 2), [1, 2]], ids=str)
KEEP = pytest.mark.parametrize("keepdims", [False, True])


@AXES
@KEEP
@pytest.mark.parametrize("name", ["sum", "prod", "mean", "max", "min", "amax", "amin", "var", "std", "ptp"])
def test_of_floats(name: str, axis: Any, keepdims: bool, check: Any) -> None:
    where = tuple(axis) if isinstance(axis, list) else axis
    check(name, X, axis, keepdims, expect=getattr(np, name)(X, where, keepdims=keepdims))


def test_dtypes_of_ints(check: Any) -> None:
    check("sum", INTS, 0, expect=INTS.sum(0, dtype="int32"))
    check("prod", INTS.astype("int8"), 1, expect=INTS.prod(1).astype("int32"))
    check("mean", INTS, 1, expect=INTS.mean(1).astype("float32"))
    check("max", INTS, expect=INTS.max())
    check("sum", INTS > 0, expect=np.array(4, "int32"))
    check("var", INTS, 0, expect=INTS.var(0).astype("float32"))


def test_initial(check: Any) -> None:
    check("max", X, 0, initial=2.5, expect=X.max(0, initial=2.5))
    check("min", INTS, initial=-9, expect=np.array(-9, "int32"))


@KEEP
def test_truth(keepdims: bool, check: Any) -> None:
    check("any", INTS, 1, keepdims, expect=np.any(INTS, 1, keepdims=keepdims))
    check("all", INTS, 1, keepdims, expect=np.all(INTS, 1, keepdims=keepdims))
    check("count_nonzero", INTS, 1, expect=np.count_nonzero(INTS, 1).astype("int32"))


@AXES
def test_logsumexp(axis: Any, check: Any) -> None:
    where = tuple(axis) if isinstance(axis, list) else axis
    check("logsumexp", X, axis, expect=np.log(np.exp(X).sum(where)))


def test_logsumexp_of_large_and_of_no_numbers(check: Any) -> None:
    x = np.array([[1000, 1000], [-np.inf, -np.inf]], "float32")
    check("logsumexp", x, -1, True, expect=np.array([[1000 + math.log(2)], [-np.inf]], "float32"))


@pytest.mark.parametrize("name", ["argmax", "argmin"])
@pytest.mark.parametrize("axis", [None, 0, -1])
@KEEP
def test_positions(name: str, axis: Any, keepdims: bool, check: Any) -> None:
    for x in (X, INTS):
        check(name, x, axis, keepdims, expect=getattr(np, name)(x, axis, keepdims=keepdims).astype("int32"))


@pytest.mark.parametrize("axis", [None, 0, -1])
def test_running(axis: Any, check: Any) -> None:
    check("cumsum", X, axis, expect=np.cumsum(X, axis))
    check("cumprod", X, axis, expect=np.cumprod(X, axis))
    check("cumsum", INTS, axis, expect=np.cumsum(INTS, axis, dtype="int32"))
    check("cumsum", INTS, axis, "float32", expect=np.cumsum(INTS, axis, dtype="float32"))


def test_average(check: Any) -> None:
    weights = np.array([1, 2, 3], "float32")
    check("average", X, -1, weights, expect=np.average(X, -1, weights))
    check("average", X, None, np.abs(X), expect=np.average(X, None, np.abs(X)))
    check("average", X, 0, expect=np.average(X, 0))


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_without_nan(axis: Any, check: Any) -> None:
    x = np.array([[1, np.nan, 3], [4, np.nan, -6]], "float32")
    check("nansum", x, axis, expect=np.nansum(x, axis))
    if axis != 0:
        for name in ("nanmean", "nanmax", "nanmin"):
            check(name, x, axis, expect=getattr(np, name)(x, axis))
    else:
        check("nanmax", x, axis, expect=np.array([4, np.nan, 3], "float32"))
        check("nanmean", x, axis, expect=np.array([2.5, np.nan, -1.5], "float32"))


def test_sixteen_bits_are_summed_in_more() -> None:
    x = np.full(5000, 1, "float16")
    assert float(backend.to_numpy(ops.sum(x))) == 5000
    assert float(backend.to_numpy(ops.mean(x))) == 1


def test_unknown_sizes() -> None:
    x = KerasTensor((None, 3, None))
    assert ops.sum(x, 1).shape == (None, None)
    assert ops.mean(x, (0, 2), True).shape == (1, 3, 1)
    assert ops.cumsum(x).shape == (None,)
    with pytest.raises(ValueError, match=r"mean\(\) got the axes \(1, 1\), expected each axis once"):
        ops.mean(x, (1, 1))


@pytest.mark.parametrize("axis", [None, 1])
def test_more_without_nan(axis: Any, check: Any) -> None:
    x = np.array([[1, np.nan, 3], [4, 2, -6]], "float32")
    for name in ("nanprod", "nanvar", "nanstd", "nancumsum", "nancumprod"):
        check(name, x, axis, expect=getattr(np, name)(x, axis))


@pytest.mark.parametrize("axis", [None, 0, 1])
@pytest.mark.parametrize("name", ["nanargmax", "nanargmin"])
def test_positions_among_numbers(name: str, axis: Any, check: Any) -> None:
    x = np.array([[np.nan, 3, 1], [2, np.nan, 1]], "float32")
    check(name, x, axis, expect=getattr(np, name)(x, axis).astype("int32"))
    check(name, x, axis, True, expect=getattr(np, name)(x, axis, keepdims=True).astype("int32"))
    check(name, np.full((2,), np.nan, "float32"), expect=np.array(-1, "int32"))
    check(name, np.array([3, 1, 2], "int32"), expect=getattr(np, name)([3, 1, 2]).astype("int32"))
