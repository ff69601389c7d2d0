"""Reductions. Sums of 16-bit floats are formed in float32."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes

from keras_backend_numpy.framework import accumulator
from keras_backend_numpy.ops.shapes import axes

if TYPE_CHECKING:
    from collections.abc import Callable


def _sum_dtype(x: Any, dtype: Any = None) -> np.dtype:
    if dtype is not None:
        return dtypes.numpy_dtype(dtype)
    return np.dtype("int32") if x.dtype == bool else x.dtype


def sum(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    dtype = _sum_dtype(x)
    return np.sum(x, axes(axis), dtype=accumulator(dtype), keepdims=keepdims).astype(dtype)


def prod(x: Any, axis: Any = None, keepdims: Any = False, dtype: Any = None) -> Any:
    result = _sum_dtype(x, dtype)
    return np.prod(x, axes(axis), dtype=accumulator(result), keepdims=keepdims).astype(result)


def mean(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    return np.mean(x, axes(axis), dtype=accumulator(x.dtype), keepdims=keepdims).astype(x.dtype)


def _extreme(function: Callable[..., Any]) -> Callable[..., Any]:
    def reduce(x: Any, axis: Any = None, keepdims: Any = False, initial: Any = None) -> Any:
        if initial is None:
            return function(x, axes(axis), keepdims=keepdims)
        return function(x, axes(axis), keepdims=keepdims, initial=np.asarray(initial, x.dtype))

    return reduce


def any(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    return np.any(x, axes(axis), keepdims=keepdims)


def all(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    return np.all(x, axes(axis), keepdims=keepdims)


def argmax(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    return np.argmax(x, axis, keepdims=keepdims).astype("int32")


def argmin(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    return np.argmin(x, axis, keepdims=keepdims).astype("int32")


def cumsum(x: Any, axis: Any = None, dtype: Any = None) -> Any:
    result = _sum_dtype(x, dtype)
    return np.cumsum(x, axis, dtype=accumulator(result)).astype(result)


def cumprod(x: Any, axis: Any = None, dtype: Any = None) -> Any:
    result = _sum_dtype(x, dtype)
    return np.cumprod(x, axis, dtype=accumulator(result)).astype(result)


max = _extreme(np.max)
min = _extreme(np.min)
