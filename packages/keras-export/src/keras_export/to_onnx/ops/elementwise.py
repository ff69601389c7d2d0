"""Elementwise ops."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import dtypes

from keras_export.to_onnx.broadcasting import binary, elementwise, unary
from keras_export.to_onnx.values import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_export.to_onnx.builder import Builder

exp, log, sqrt, negative, abs, sign = map(unary, ("Exp", "Log", "Sqrt", "Neg", "Abs", "Sign"))
sin, cos, tan, sinh, cosh, tanh = map(unary, ("Sin", "Cos", "Tan", "Sinh", "Cosh", "Tanh"))
arcsin, arccos, arctan = map(unary, ("Asin", "Acos", "Atan"))
arcsinh, arccosh, arctanh = map(unary, ("Asinh", "Acosh", "Atanh"))
erf, floor, ceil = map(unary, ("Erf", "Floor", "Ceil"))
divide = binary("Div")
less, less_equal = binary("Less", "bool"), binary("LessOrEqual", "bool")
logical_and, logical_or = binary("And", "bool"), binary("Or", "bool")
logical_not = unary("Not")
bitwise_invert = unary("BitwiseNot")


def _of_numbers(op: str, of_bools: str) -> Callable[[Builder, Value, Value], Value]:
    """A rule for an op of two tensors that is another operator for truth values."""
    return lambda g, x1, x2: elementwise(g, of_bools if x1.dtype == "bool" else op, x1, x2)


add, multiply = _of_numbers("Add", "Or"), _of_numbers("Mul", "And")
subtract = binary("Sub")
maximum, minimum = _of_numbers("Max", "Or"), _of_numbers("Min", "And")
bitwise_and, bitwise_or = _of_numbers("BitwiseAnd", "And"), _of_numbers("BitwiseOr", "Or")
bitwise_xor = _of_numbers("BitwiseXor", "Xor")
equal = binary("Equal", "bool")


def stop_gradient(g: Builder, variable: Value) -> Value:
    return variable


def print_tensor(g: Builder, x: Value, message: str = "", summarize: int = 3) -> Value:
    return x


def mod(g: Builder, x1: Value, x2: Value) -> Value:
    if not dtypes.is_float(x1.dtype):
        return elementwise(g, "Mod", x1, x2)
    return subtract(g, x1, multiply(g, floor_divide(g, x1, x2), x2))


def floor_divide(g: Builder, x1: Value, x2: Value) -> Value:
    if dtypes.is_float(x1.dtype):
        return floor(g, divide(g, x1, x2))
    return divide(g, subtract(g, x1, mod(g, x1, x2)), x2)


def power(g: Builder, x1: Value, x2: Value) -> Value:
    if x2.array is not None and x2.array.size == 1 and x2.ndim <= x1.ndim:
        exponent = x2.array.item()
        if exponent == 2:
            return multiply(g, x1, x1)
        if exponent == 0.5:
            return sqrt(g, x1)
        if exponent == -1:
            return elementwise(g, "Reciprocal", x1)
        if exponent == 1:
            return x1
    return elementwise(g, "Pow", x1, x2)


def log1p(g: Builder, x: Value) -> Value:
    """By log(u) x / (u - 1) with u = 1 + x, in which what rounding takes from u cancels."""
    one = g.number(1, x)
    u = add(g, x, one)
    small = divide(g, multiply(g, log(g, u), x), subtract(g, u, one))
    near = where(g, equal(g, u, one), x, small)
    return where(g, less(g, g.number(1e30, x), x), log(g, u), near) if x.dtype != "float16" else near


def expm1(g: Builder, x: Value) -> Value:
    """By tanh(x / 2) (exp(x) + 1)."""
    return multiply(g, tanh(g, multiply(g, x, g.number(0.5, x))), add(g, exp(g, x), g.number(1, x)))


def arctan2(g: Builder, x1: Value, x2: Value) -> Value:
    zero = g.number(0, x1)
    negative_y, negative_x = less(g, x1, zero), less(g, x2, zero)
    turn = where(g, negative_y, g.number(-math.pi, x1), g.number(math.pi, x1))
    quarter = where(g, negative_y, g.number(-math.pi / 2, x1), g.number(math.pi / 2, x1))
    upright = equal(g, x2, zero)
    slope = arctan(g, divide(g, x1, where(g, upright, g.number(1, x2), x2)))
    aside = where(g, negative_x, add(g, slope, turn), slope)
    return where(g, upright, where(g, equal(g, x1, zero), zero, quarter), aside)


def round(g: Builder, x: Value, decimals: int = 0) -> Value:
    if not dtypes.is_float(x.dtype):
        return x
    if not decimals:
        return elementwise(g, "Round", x)
    factor = g.number(10.0**decimals, x)
    return divide(g, elementwise(g, "Round", multiply(g, x, factor)), factor)


def isnan(g: Builder, x: Value) -> Value:
    return elementwise(g, "IsNaN", x, dtype="bool")


def isinf(g: Builder, x: Value) -> Value:
    return elementwise(g, "IsInf", x, dtype="bool")


def cast(g: Builder, x: Value, dtype: Any) -> Value:
    name = dtypes.standardize(dtype)
    if x.size is not None and name in ("int32", "int64"):
        return Value((), name, array=x.array, size=x.size) if name == x.dtype else _size(g, x.size, name)
    if x.in_first is not None and name != x.dtype:
        return g.channels_last(g.cast(x.in_first, name))
    return g.cast(x, name)


def _size(g: Builder, vector: Value, dtype: str) -> Value:
    scalar = g.reshape(g.cast(vector, dtype), ())
    return Value((), dtype, scalar.name, scalar.array, size=vector)


def where(g: Builder, condition: Value, x1: Value, x2: Value) -> Value:
    if x1.dtype != "bool":
        return elementwise(g, "Where", condition, x1, x2, dtype=x1.dtype)
    chosen = logical_and(g, condition, x1), logical_and(g, logical_not(g, condition), x2)
    return logical_or(g, *chosen)


def clip(g: Builder, x: Value, x_min: Value, x_max: Value) -> Value:
    if x.dtype != "bool" and not x_min.ndim and not x_max.ndim and {x_min.dtype, x_max.dtype} == {x.dtype}:
        return elementwise(g, "Clip", x, x_min, x_max)
    return minimum(g, maximum(g, x, x_min), x_max)
