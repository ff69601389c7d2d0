"""Reductions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes

from keras_backend_cntk.expressions import (
    Expr,
    Unsupported,
    axes_list,
    call,
    constant,
    held_in,
    number,
    reshaped,
    transposed,
)
from keras_backend_cntk.ops.elementwise import cast

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_SUM = 4096  # of a cumulative sum, which is a product with a matrix of ones below the diagonal


def _reduced(name: str, x: Expr, axis: Any, keepdims: Any, dtype: str | None = None) -> Expr:
    axes = axes_list(axis, x.ndim)
    shape = [1 if a in axes else n for a, n in enumerate(x.shape)]
    rest = [n for a, n in enumerate(x.shape) if a not in axes]
    real = [a for a in axes if x.shape[a] != 1]
    result = call(name, x, shape=shape, dtype=dtype, axes=real) if real else call("pass", x, shape=x.shape, dtype=dtype)
    return result if keepdims else reshaped(result, rest)


def sum(x: Expr, axis: Any = None, keepdims: Any = False) -> Expr:
    return _reduced("reduce_sum", x, axis, keepdims, "int32" if x.dtype == "bool" else x.dtype)


def mean(x: Expr, axis: Any = None, keepdims: Any = False) -> Expr:
    return _reduced("reduce_mean", x, axis, keepdims)


def prod(x: Expr, axis: Any = None, keepdims: Any = False, dtype: Any = None) -> Expr:
    if dtype is not None and dtypes.standardize(dtype) != x.dtype:
        x = cast(x, dtype)
    return _reduced("reduce_prod", x, axis, keepdims)


def _extreme(name: str, other: str) -> Callable[..., Expr]:
    def reduce(x: Expr, axis: Any = None, keepdims: Any = False, initial: Any = None) -> Expr:
        found = _reduced(name, x, axis, keepdims)
        if initial is None:
            return found
        return call(other, found, initial if isinstance(initial, Expr) else number(initial, x), shape=found.shape)

    return reduce


max, min = _extreme("shared_max", "element_max"), _extreme("shared_min", "element_min")


def any(x: Expr, axis: Any = None, keepdims: Any = False) -> Expr:
    return _reduced("reduce_max", x, axis, keepdims)


def all(x: Expr, axis: Any = None, keepdims: Any = False) -> Expr:
    return _reduced("reduce_min", x, axis, keepdims)


def _place(name: str) -> Callable[..., Expr]:
    def find(x: Expr, axis: Any = None, keepdims: Any = False) -> Expr:
        if x.ndim == 0:
            raise Unsupported("the place of a maximum without axes")
        flat, place = (reshaped(x, (x.size,)), 0) if axis is None else (x, int(axis) % x.ndim)
        shape = [1 if a == place else n for a, n in enumerate(flat.shape)]
        found = call(name, flat, shape=shape, dtype="int32", axis=place)
        if keepdims:
            return reshaped(found, [1] * x.ndim if axis is None else shape)
        return reshaped(found, [n for a, n in enumerate(flat.shape) if a != place])

    return find


argmax, argmin = _place("argmax"), _place("argmin")


def cumsum(x: Expr, axis: Any = None, dtype: Any = None) -> Expr:
    name = x.dtype if dtype is None else dtypes.standardize(dtype)
    if axis is None:
        x, axis = reshaped(x, (x.size,)), 0
    axis = int(axis) % x.ndim
    size = x.shape[axis]
    if size > _LONGEST_SUM or held_in(name) != x.precision:
        raise Unsupported("a long cumulative sum")
    order = [a for a in range(x.ndim) if a != axis] + [axis]
    moved = transposed(x, order)
    flat = reshaped(moved, (x.size // size, size))
    sums = call("times", flat, constant(np.triu(np.ones((size, size))), x.precision), shape=flat.shape, dtype=name)
    return transposed(reshaped(sums, moved.shape), np.argsort(order).tolist())
