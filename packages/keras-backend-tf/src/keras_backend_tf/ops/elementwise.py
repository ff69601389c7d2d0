"""Elementwise ops."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from keras_core import dtypes
from keras_core.backend.toolkit import print_array
from keras_core.typing import DType, Tensor

from keras_backend_tf.framework import raw, tf

_Unary = Callable[[Tensor], Tensor]


def _unary(kernel: Any) -> _Unary:
    def op(x: Tensor) -> Tensor:
        return kernel(x=x)

    return op


def _whole(kernel: Any) -> _Unary:
    """A rounding kernel, which leaves integers as they are."""

    def op(x: Tensor) -> Tensor:
        return kernel(x=x) if x.dtype.is_floating else x

    return op


# -- arithmetic


def add(x1: Tensor, x2: Tensor) -> Tensor:
    if x1.dtype is tf.bool:
        return raw.LogicalOr(x=x1, y=x2)
    shape, bias = x1.shape, x2.shape
    if bias.rank == 1 and shape.rank in (4, 5) and bias[0] is not None and bias[0] == shape[-1]:
        # The bias of a convolution: a kernel of its own fuses with the convolution and has a faster gradient.
        return raw.BiasAdd(value=x1, bias=x2)
    return raw.AddV2(x=x1, y=x2)


def subtract(x1: Tensor, x2: Tensor) -> Tensor:
    return raw.Sub(x=x1, y=x2)


def multiply(x1: Tensor, x2: Tensor) -> Tensor:
    return raw.LogicalAnd(x=x1, y=x2) if x1.dtype is tf.bool else raw.Mul(x=x1, y=x2)


def divide(x1: Tensor, x2: Tensor) -> Tensor:
    return raw.RealDiv(x=x1, y=x2)


def floor_divide(x1: Tensor, x2: Tensor) -> Tensor:
    return raw.FloorDiv(x=x1, y=x2)


def mod(x1: Tensor, x2: Tensor) -> Tensor:
    return raw.FloorMod(x=x1, y=x2)


def power(x1: Tensor, x2: Tensor) -> Tensor:
    return raw.Pow(x=x1, y=x2)


def negative(x: Tensor) -> Tensor:
    return raw.Sub(x=tf.zeros((), x.dtype), y=x) if x.dtype.is_unsigned else raw.Neg(x=x)


def abs(x: Tensor) -> Tensor:
    if x.dtype.is_complex:
        return tf.abs(x)
    return x if x.dtype.is_unsigned or x.dtype is tf.bool else raw.Abs(x=x)


def sign(x: Tensor) -> Tensor:
    if x.dtype.is_unsigned or x.dtype is tf.bool:
        return raw.Cast(x=raw.Cast(x=x, DstT=tf.bool), DstT=x.dtype)
    return raw.Sign(x=x)


def square(x: Tensor) -> Tensor:
    return multiply(x, x) if x.dtype is tf.bool or x.dtype.is_unsigned else raw.Square(x=x)


def maximum(x1: Tensor, x2: Tensor) -> Tensor:
    return raw.LogicalOr(x=x1, y=x2) if x1.dtype is tf.bool else raw.Maximum(x=x1, y=x2)


def minimum(x1: Tensor, x2: Tensor) -> Tensor:
    return raw.LogicalAnd(x=x1, y=x2) if x1.dtype is tf.bool else raw.Minimum(x=x1, y=x2)


# -- exponentials, roots, trigonometric functions

exp = _unary(raw.Exp)
expm1 = _unary(raw.Expm1)
log = _unary(raw.Log)
log1p = _unary(raw.Log1p)
sqrt = _unary(raw.Sqrt)
rsqrt = _unary(raw.Rsqrt)
sin = _unary(raw.Sin)
cos = _unary(raw.Cos)
tan = _unary(raw.Tan)
arcsin = _unary(raw.Asin)
arccos = _unary(raw.Acos)
arctan = _unary(raw.Atan)
sinh = _unary(raw.Sinh)
cosh = _unary(raw.Cosh)
tanh = _unary(raw.Tanh)
arcsinh = _unary(raw.Asinh)
arccosh = _unary(raw.Acosh)
arctanh = _unary(raw.Atanh)
erf = _unary(raw.Erf)
erfc = _unary(raw.Erfc)
isnan = _unary(raw.IsNan)
isinf = _unary(raw.IsInf)
isfinite = _unary(raw.IsFinite)
floor = _whole(raw.Floor)
ceil = _whole(raw.Ceil)


def arctan2(x1: Tensor, x2: Tensor) -> Tensor:
    return raw.Atan2(y=x1, x=x2)


def round(x: Tensor, decimals: int = 0) -> Tensor:
    if decimals == 0:
        return raw.Round(x=x) if x.dtype.is_floating else x
    if x.dtype.is_floating:
        scale = tf.constant(10.0**decimals, x.dtype)
        return raw.RealDiv(x=raw.Round(x=raw.Mul(x=x, y=scale)), y=scale)
    if decimals > 0:
        return x
    scale = tf.constant(10.0**-decimals, tf.float64)
    tens = raw.Round(x=raw.RealDiv(x=raw.Cast(x=x, DstT=tf.float64), y=scale))
    return raw.Cast(x=raw.Mul(x=tens, y=scale), DstT=x.dtype)


# -- comparison and logic


def _ordered(x: Tensor) -> Tensor:
    """Truth values as small integers, which can be compared by size."""
    return raw.Cast(x=x, DstT=tf.uint8) if x.dtype is tf.bool else x


def equal(x1: Tensor, x2: Tensor) -> Tensor:
    return raw.Equal(x=x1, y=x2)


def not_equal(x1: Tensor, x2: Tensor) -> Tensor:
    return raw.NotEqual(x=x1, y=x2)


def less(x1: Tensor, x2: Tensor) -> Tensor:
    return raw.Less(x=_ordered(x1), y=_ordered(x2))


def less_equal(x1: Tensor, x2: Tensor) -> Tensor:
    return raw.LessEqual(x=_ordered(x1), y=_ordered(x2))


def greater(x1: Tensor, x2: Tensor) -> Tensor:
    return raw.Greater(x=_ordered(x1), y=_ordered(x2))


def greater_equal(x1: Tensor, x2: Tensor) -> Tensor:
    return raw.GreaterEqual(x=_ordered(x1), y=_ordered(x2))


def logical_and(x1: Tensor, x2: Tensor) -> Tensor:
    return raw.LogicalAnd(x=x1, y=x2)


def logical_or(x1: Tensor, x2: Tensor) -> Tensor:
    return raw.LogicalOr(x=x1, y=x2)


def logical_not(x: Tensor) -> Tensor:
    return raw.LogicalNot(x=x)


def bitwise_and(x: Tensor, y: Tensor) -> Tensor:
    return raw.LogicalAnd(x=x, y=y) if x.dtype is tf.bool else raw.BitwiseAnd(x=x, y=y)


def bitwise_or(x: Tensor, y: Tensor) -> Tensor:
    return raw.LogicalOr(x=x, y=y) if x.dtype is tf.bool else raw.BitwiseOr(x=x, y=y)


def bitwise_xor(x: Tensor, y: Tensor) -> Tensor:
    return raw.NotEqual(x=x, y=y) if x.dtype is tf.bool else raw.BitwiseXor(x=x, y=y)


def bitwise_invert(x: Tensor) -> Tensor:
    return raw.LogicalNot(x=x) if x.dtype is tf.bool else raw.Invert(x=x)


def bitwise_left_shift(x: Tensor, y: Tensor) -> Tensor:
    return raw.LeftShift(x=x, y=y)


def bitwise_right_shift(x: Tensor, y: Tensor) -> Tensor:
    return raw.RightShift(x=x, y=y)


# -- dtype, choice, gradient


def cast(x: Tensor, dtype: DType) -> Tensor:
    target = tf.as_dtype(dtypes.standardize(dtype))
    return x if x.dtype == target else raw.Cast(x=x, DstT=target)


def where(condition: Tensor, x1: Tensor, x2: Tensor) -> Tensor:
    return raw.SelectV2(condition=condition, t=x1, e=x2)


def print_tensor(x: Tensor, message: str = "", summarize: int = 3) -> Tensor:
    if tf.executing_eagerly():
        print_array(message, summarize, x)
        return x
    printed = tf.numpy_function(functools.partial(print_array, message, summarize), [x], [])
    with tf.control_dependencies([printed]):
        return tf.identity(x)


def stop_gradient(variable: Tensor) -> Tensor:
    return raw.StopGradient(input=variable)
