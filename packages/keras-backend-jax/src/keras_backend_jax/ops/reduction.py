"""Reductions and running totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from keras_core import dtypes
from keras_core.backend.toolkit import axes_of, axis_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import Axis, DType, Tensor


def _summed(x: Tensor, dtype: DType | None) -> np.dtype:
    """The dtype of a sum; truth values are counted as int32."""
    if dtype is not None:
        return dtypes.numpy_dtype(dtype)
    return np.dtype("int32") if x.dtype == bool else x.dtype


def sum(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    return jnp.sum(x, axes_of(axis, x.ndim), dtype=_summed(x, None), keepdims=keepdims)


def prod(x: Tensor, axis: Axis = None, keepdims: bool = False, dtype: DType | None = None) -> Tensor:
    return jnp.prod(x, axes_of(axis, x.ndim), dtype=_summed(x, dtype), keepdims=keepdims)


def mean(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    return jnp.mean(x, axes_of(axis, x.ndim), keepdims=keepdims)


def _extreme(greatest: bool, x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor:
    axes = axes_of(axis, x.ndim)
    if initial is None and 0 in [x.shape[one] for one in axes]:
        raise ValueError(f"got shape {tuple(x.shape)}, which has no element along axis {axis}; give initial=.")
    start = None if initial is None else np.asarray(initial, x.dtype)
    function = jnp.max if greatest else jnp.min
    if x.dtype.kind not in "iu" or x.dtype.itemsize < 8:
        return function(x, axes, keepdims=keepdims, initial=start)
    with jax.enable_x64(True):  # otherwise the reduction starts from a 32-bit number
        return function(x, axes, keepdims=keepdims, initial=start)


def max(x: Tensor, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> Tensor:
    return _extreme(True, x, axis, keepdims, initial)


def min(x: Tensor, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> Tensor:
    return _extreme(False, x, axis, keepdims, initial)


def any(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    return jnp.any(x, axes_of(axis, x.ndim), keepdims=keepdims)


def all(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    return jnp.all(x, axes_of(axis, x.ndim), keepdims=keepdims)


def _position(kernel: Callable[..., Any], x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    rank = x.ndim
    place = 0 if axis is None else axis_of(axis, rank)
    x = lax.reshape(x, (x.size,)) if axis is None else x
    if x.dtype.itemsize == 8:  # JAX finds the place of 64-bit numbers only when they are turned on everywhere
        extreme = _extreme(kernel is lax.argmax, x, place, True, None)
        x, kernel = lax.bitwise_or(x == extreme, lax.ne(x, x)), lax.argmax
    if x.dtype == bool:
        x = lax.convert_element_type(x, "uint8")
    found = kernel(x, place, np.dtype("int32"))
    if not keepdims:
        return found
    return lax.reshape(found, (1,) * rank) if axis is None else lax.expand_dims(found, (place,))


def argmax(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    return _position(lax.argmax, x, axis, keepdims)


def argmin(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    return _position(lax.argmin, x, axis, keepdims)


def _running(kernel: Callable[..., Any], x: Tensor, axis: int | None, dtype: DType | None) -> Tensor:
    x = lax.convert_element_type(x, _summed(x, dtype))
    return kernel(lax.reshape(x, (x.size,)), 0) if axis is None else kernel(x, axis_of(axis, x.ndim))


def cumsum(x: Tensor, axis: int | None = None, dtype: DType | None = None) -> Tensor:
    return _running(lax.cumsum, x, axis, dtype)


def cumprod(x: Tensor, axis: int | None = None, dtype: DType | None = None) -> Tensor:
    return _running(lax.cumprod, x, axis, dtype)
