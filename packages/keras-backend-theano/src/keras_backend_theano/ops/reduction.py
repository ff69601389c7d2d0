"""Reductions over axes, and running sums. Sums of float32 stay in float32."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytensor.tensor as pt
from keras_core.backend.toolkit import axes_of

from keras_backend_theano.custom_ops.maximum import SharedMax
from keras_backend_theano.ops.shapes import lengths
from keras_backend_theano.symbolic import numpy_dtype, tensor


def _total_dtype(x: Any, dtype: Any = None) -> str:
    if dtype is not None:
        return numpy_dtype(dtype).name
    return "int32" if x.type.dtype == "bool" else x.type.dtype


def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    dtype, chosen = _total_dtype(x), axes_of(axis, x.type.ndim)
    return pt.sum(x, axis=chosen, dtype=dtype, acc_dtype=dtype, keepdims=keepdims)


def prod(x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    name, chosen = _total_dtype(x, dtype), axes_of(axis, x.type.ndim)
    return pt.prod(x, axis=chosen, dtype=name, acc_dtype=name, keepdims=keepdims)


def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    chosen, dtype = axes_of(axis, x.type.ndim), x.type.dtype
    wide = "float32" if dtype == "float16" else dtype
    total = pt.sum(x, axis=chosen, dtype=wide, acc_dtype=wide, keepdims=keepdims)
    known = [n for k, n in enumerate(lengths(x)) if k in chosen]
    count: Any = np.asarray(np.prod([n for n in known if isinstance(n, int)], dtype=wide), wide)
    for unknown in (n for n in known if not isinstance(n, int)):
        count = count * pt.cast(unknown, wide)
    return pt.cast(total / count, dtype)


def max(x: Any, axis: Any = None, keepdims: bool = False, initial: float | None = None) -> Any:
    chosen = axes_of(axis, x.type.ndim)
    if initial is not None:
        x = _with_initial(x, chosen, initial)
    return _greatest(x, chosen, keepdims)


def min(x: Any, axis: Any = None, keepdims: bool = False, initial: float | None = None) -> Any:
    chosen = axes_of(axis, x.type.ndim)
    if initial is not None:
        x = _with_initial(x, chosen, initial)
    return _turned(_greatest(_turned(x), chosen, keepdims)) if chosen else x


def _greatest(x: Any, chosen: tuple[int, ...], keepdims: bool) -> Any:
    if not chosen:
        return x
    found = SharedMax(chosen)(x)
    return pt.expand_dims(found, chosen) if keepdims else found


def _turned(x: Any) -> Any:
    """The numbers of a dtype in the opposite order, without a least integer that has no negative."""
    return -x if x.type.dtype.startswith(("float", "complex")) else ~x


def _with_initial(x: Any, chosen: tuple[int, ...], initial: float) -> Any:
    """One more cell of `initial` along the first reduced axis, so that an empty axis has one."""
    for axis in chosen:
        shape = [1 if k == axis else n for k, n in enumerate(lengths(x))]
        x = pt.concatenate([x, pt.alloc(tensor(initial, x.type.dtype), *shape)], axis=axis)
    return x


def any(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return pt.any(x, axis=axes_of(axis, x.type.ndim), keepdims=keepdims)


def all(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return pt.all(x, axis=axes_of(axis, x.type.ndim), keepdims=keepdims)


def argmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    chosen = None if axis is None else axis % x.type.ndim
    return pt.cast(pt.argmax(x, axis=chosen, keepdims=keepdims), "int32")


def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    chosen = None if axis is None else axis % x.type.ndim
    return pt.cast(pt.argmin(x, axis=chosen, keepdims=keepdims), "int32")


def cumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    return _running(pt.cumsum, x, axis, dtype)


def cumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    return _running(pt.cumprod, x, axis, dtype)


def _running(function: Any, x: Any, axis: int | None, dtype: Any) -> Any:
    name = _total_dtype(x, dtype)
    cast = pt.cast(x, name)
    result = function(pt.flatten(cast), 0) if axis is None else function(cast, axis % x.type.ndim)
    return pt.cast(result, name)
