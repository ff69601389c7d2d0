"""Reductions and running totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import dtypes
from keras_core.backend.toolkit import axes_of, axis_of

from keras_backend_tf.framework import raw, tf
from keras_backend_tf.ops.shapes import rank_of

if TYPE_CHECKING:
    from keras_core.typing import Axis, DType, Tensor


def _total(kernel: Any, x: Tensor, axis: Axis, keepdims: bool, dtype: DType | None) -> Tensor:
    x = _summed(x, dtype)
    return kernel(input=x, axis=axes_of(axis, rank_of(x)), keep_dims=keepdims)


def _summed(x: Tensor, dtype: DType | None) -> Tensor:
    """In the dtype of the result; truth values are counted as int32."""
    if dtype is not None:
        return raw.Cast(x=x, DstT=tf.as_dtype(dtypes.standardize(dtype)))
    return raw.Cast(x=x, DstT=tf.int32) if x.dtype is tf.bool else x


def sum(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    return _total(raw.Sum, x, axis, keepdims, None)


def prod(x: Tensor, axis: Axis = None, keepdims: bool = False, dtype: DType | None = None) -> Tensor:
    return _total(raw.Prod, x, axis, keepdims, dtype)


def mean(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    return raw.Mean(input=x, axis=axes_of(axis, rank_of(x)), keep_dims=keepdims)


def _extreme(kernel: Any, logical: Any, pair: Any, x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor:
    axes = axes_of(axis, rank_of(x))
    if initial is None and 0 in [x.shape[one] for one in axes]:
        raise ValueError(f"got shape {tuple(x.shape)}, which has no element along axis {axis}; give initial=.")
    if x.dtype is tf.bool:
        result = logical(input=x, axis=axes, keep_dims=keepdims)
        join = raw.LogicalOr if logical is raw.Any else raw.LogicalAnd
        return result if initial is None else join(x=result, y=tf.constant(bool(initial)))
    result = kernel(input=x, axis=axes, keep_dims=keepdims)
    return result if initial is None else pair(x=result, y=tf.constant(initial, x.dtype))


def max(x: Tensor, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> Tensor:
    return _extreme(raw.Max, raw.Any, raw.Maximum, x, axis, keepdims, initial)


def min(x: Tensor, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> Tensor:
    return _extreme(raw.Min, raw.All, raw.Minimum, x, axis, keepdims, initial)


def any(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    return raw.Any(input=x, axis=axes_of(axis, rank_of(x)), keep_dims=keepdims)


def all(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    return raw.All(input=x, axis=axes_of(axis, rank_of(x)), keep_dims=keepdims)


def _position(kernel: Any, x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    rank = rank_of(x)
    if x.dtype is tf.bool:
        x = raw.Cast(x=x, DstT=tf.uint8)
    flat = raw.Reshape(tensor=x, shape=[-1]) if axis is None else x
    found = kernel(input=flat, dimension=0 if axis is None else axis_of(axis, rank), output_type=tf.int32)
    if not keepdims:
        return found
    return raw.Reshape(tensor=found, shape=[1] * rank) if axis is None else raw.ExpandDims(input=found, axis=axis)


def argmax(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    return _position(raw.ArgMax, x, axis, keepdims)


def argmin(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    return _position(raw.ArgMin, x, axis, keepdims)


def _running(kernel: Any, x: Tensor, axis: int | None, dtype: DType | None) -> Tensor:
    x = _summed(x, dtype)
    if axis is None:
        x, axis = raw.Reshape(tensor=x, shape=[-1]), 0
    return kernel(x=x, axis=axis_of(axis, rank_of(x)))


def cumsum(x: Tensor, axis: int | None = None, dtype: DType | None = None) -> Tensor:
    return _running(raw.Cumsum, x, axis, dtype)


def cumprod(x: Tensor, axis: int | None = None, dtype: DType | None = None) -> Tensor:
    return _running(raw.Cumprod, x, axis, dtype)
