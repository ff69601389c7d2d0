"""Elementwise ops: arithmetic, comparison, logic, rounding, casts and choice.

Two tensors broadcast against each other by NumPy's rule, after the table has brought them to one
dtype.
"""

from __future__ import annotations

import math

import numpy as np

from keras_core import dtypes
from keras_core.ops.rules import shapes as rules
from keras_core.ops.table import derived, dtype_of, primitive
from keras_core.typing import DType, Tensor


@primitive(tensors=("variable",), spec=rules.unchanged)
def stop_gradient(variable: Tensor) -> Tensor:
    """The tensor (or Variable's value) itself, through which no gradient flows."""


# -- arithmetic


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.broadcast)
def add(x1: Tensor, x2: Tensor) -> Tensor:
    """Sum of two tensors; of truth values, whether any is true.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.add([1, 2], [[10], [20]])).tolist()
        [[11, 12], [21, 22]]
    """


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.broadcast)
def subtract(x1: Tensor, x2: Tensor) -> Tensor:
    """Difference `x1 - x2`."""


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.broadcast)
def multiply(x1: Tensor, x2: Tensor) -> Tensor:
    """Product of two tensors; of truth values, whether both are true."""


@primitive(tensors=("x1", "x2"), cast="float", spec=rules.broadcast)
def divide(x1: Tensor, x2: Tensor) -> Tensor:
    """Quotient `x1 / x2` as floats; division by zero gives inf or nan.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.divide([1, 2], 4)).tolist()
        [0.25, 0.5]
    """


@derived(tensors=("x1", "x2"), cast="float")
def true_divide(x1: Tensor, x2: Tensor) -> Tensor:
    """Another name of `divide`."""
    return divide(x1, x2)


@derived(tensors=("x1", "x2"), cast="float")
def divide_no_nan(x1: Tensor, x2: Tensor) -> Tensor:
    """Quotient `x1 / x2`, and 0 where `x2` is 0."""
    zero = equal(x2, 0)
    return where(zero, 0, divide(x1, where(zero, 1, x2)))


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.broadcast)
def floor_divide(x1: Tensor, x2: Tensor) -> Tensor:
    """Quotient rounded towards minus infinity, in the dtype of the arguments."""


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.broadcast)
def mod(x1: Tensor, x2: Tensor) -> Tensor:
    """Remainder of `floor_divide`; it has the sign of `x2`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.mod([7, -7], 3)).tolist()
        [1, 2]
    """


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.broadcast)
def power(x1: Tensor, x2: Tensor) -> Tensor:
    """`x1` to the power of `x2`."""


@primitive(tensors=("x",), spec=rules.same)
def negative(x: Tensor) -> Tensor:
    """`-x`."""


@primitive(tensors=("x",), spec=rules.same)
def abs(x: Tensor) -> Tensor:
    """Magnitude; its gradient at 0 is 0."""


@derived(tensors=("x",))
def absolute(x: Tensor) -> Tensor:
    """Another name of `abs`."""
    return abs(x)


@primitive(tensors=("x",), spec=rules.same)
def sign(x: Tensor) -> Tensor:
    """-1, 0 or 1 by the sign of each element."""


@derived(tensors=("x",))
def square(x: Tensor) -> Tensor:
    """`x * x`."""
    return multiply(x, x)


@derived(tensors=("x",), cast="float")
def reciprocal(x: Tensor) -> Tensor:
    """`1 / x`."""
    return divide(1, x)


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.broadcast)
def maximum(x1: Tensor, x2: Tensor) -> Tensor:
    """The greater of each pair of elements; nan when either is nan."""


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.broadcast)
def minimum(x1: Tensor, x2: Tensor) -> Tensor:
    """The lesser of each pair of elements; nan when either is nan."""


@derived(tensors=("x", "x_min", "x_max"), cast="promote")
def clip(x: Tensor, x_min: Tensor, x_max: Tensor) -> Tensor:
    """`x` limited to the range from `x_min` to `x_max`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.clip([-3, 0.5, 7], -1, 1)).tolist()
        [-1, 0, 1]
    """
    return minimum(maximum(x, x_min), x_max)


# -- exponentials, logarithms, roots


@primitive(tensors=("x",), cast="float", spec=rules.same)
def exp(x: Tensor) -> Tensor:
    """Exponential: e to the power of `x`."""


@derived(tensors=("x",), cast="float")
def exp2(x: Tensor) -> Tensor:
    """2 to the power of `x`."""
    return exp(multiply(x, math.log(2)))


@primitive(tensors=("x",), cast="float", spec=rules.same)
def expm1(x: Tensor) -> Tensor:
    """`exp(x) - 1`, accurate for small `x`."""


@primitive(tensors=("x",), cast="float", spec=rules.same)
def log(x: Tensor) -> Tensor:
    """Natural logarithm; -inf at 0, nan below."""


@primitive(tensors=("x",), cast="float", spec=rules.same)
def log1p(x: Tensor) -> Tensor:
    """`log(1 + x)`, accurate for small `x`."""


@derived(tensors=("x",), cast="float")
def log2(x: Tensor) -> Tensor:
    """Logarithm to base 2."""
    return multiply(log(x), 1 / math.log(2))


@derived(tensors=("x",), cast="float")
def log10(x: Tensor) -> Tensor:
    """Logarithm to base 10."""
    return multiply(log(x), 1 / math.log(10))


@derived(tensors=("x1", "x2"), cast="float")
def logaddexp(x1: Tensor, x2: Tensor) -> Tensor:
    """`log(exp(x1) + exp(x2))` without overflow."""
    high = maximum(x1, x2)
    gap = abs(subtract(x1, x2))
    return where(isnan(gap), add(x1, x2), add(high, log1p(exp(negative(gap)))))


@primitive(tensors=("x",), cast="float", spec=rules.same)
def sqrt(x: Tensor) -> Tensor:
    """Square root; nan below 0."""


@derived(tensors=("x",), cast="float")
def rsqrt(x: Tensor) -> Tensor:
    """`1 / sqrt(x)`."""
    return divide(1, sqrt(x))


@derived(tensors=("x",), cast="float")
def cbrt(x: Tensor) -> Tensor:
    """Cube root, of negative numbers too."""
    return multiply(sign(x), power(abs(x), 1 / 3))


@derived(tensors=("x1", "x2"), cast="float")
def hypot(x1: Tensor, x2: Tensor) -> Tensor:
    """`sqrt(x1**2 + x2**2)` without overflow."""
    a, b = abs(x1), abs(x2)
    high = maximum(a, b)
    ratio = divide_no_nan(minimum(a, b), high)
    return multiply(high, sqrt(add(1, square(ratio))))


# -- trigonometric and hyperbolic functions


@primitive(tensors=("x",), cast="float", spec=rules.same)
def sin(x: Tensor) -> Tensor:
    """Sine of `x` in radians."""


@primitive(tensors=("x",), cast="float", spec=rules.same)
def cos(x: Tensor) -> Tensor:
    """Cosine of `x` in radians."""


@primitive(tensors=("x",), cast="float", spec=rules.same)
def tan(x: Tensor) -> Tensor:
    """Tangent of `x` in radians."""


@primitive(tensors=("x",), cast="float", spec=rules.same)
def arcsin(x: Tensor) -> Tensor:
    """Inverse sine, from -pi/2 to pi/2."""


@primitive(tensors=("x",), cast="float", spec=rules.same)
def arccos(x: Tensor) -> Tensor:
    """Inverse cosine, from 0 to pi."""


@primitive(tensors=("x",), cast="float", spec=rules.same)
def arctan(x: Tensor) -> Tensor:
    """Inverse tangent, from -pi/2 to pi/2."""


@primitive(tensors=("x1", "x2"), cast="float", spec=rules.broadcast)
def arctan2(x1: Tensor, x2: Tensor) -> Tensor:
    """Angle of the point with ordinate `x1` and abscissa `x2`, from -pi to pi."""


@primitive(tensors=("x",), cast="float", spec=rules.same)
def sinh(x: Tensor) -> Tensor:
    """Hyperbolic sine."""


@primitive(tensors=("x",), cast="float", spec=rules.same)
def cosh(x: Tensor) -> Tensor:
    """Hyperbolic cosine."""


@primitive(tensors=("x",), cast="float", spec=rules.same)
def tanh(x: Tensor) -> Tensor:
    """Hyperbolic tangent."""


@primitive(tensors=("x",), cast="float", spec=rules.same)
def arcsinh(x: Tensor) -> Tensor:
    """Inverse hyperbolic sine."""


@primitive(tensors=("x",), cast="float", spec=rules.same)
def arccosh(x: Tensor) -> Tensor:
    """Inverse hyperbolic cosine; nan below 1."""


@primitive(tensors=("x",), cast="float", spec=rules.same)
def arctanh(x: Tensor) -> Tensor:
    """Inverse hyperbolic tangent; nan outside -1 to 1."""


@derived(tensors=("x",), cast="float")
def deg2rad(x: Tensor) -> Tensor:
    """Degrees as radians."""
    return multiply(x, math.pi / 180)


@derived(tensors=("x",), cast="float")
def rad2deg(x: Tensor) -> Tensor:
    """Radians as degrees."""
    return multiply(x, 180 / math.pi)


@derived(tensors=("x",), cast="float")
def sinc(x: Tensor) -> Tensor:
    """`sin(pi x) / (pi x)`, and 1 at 0."""
    zero = equal(x, 0)
    angle = multiply(where(zero, 1, x), math.pi)
    return where(zero, 1, divide(sin(angle), angle))


@primitive(tensors=("x",), cast="float", spec=rules.same)
def erf(x: Tensor) -> Tensor:
    """Error function: twice the integral of the Gaussian exp(-t**2) / sqrt(pi) from 0 to `x`."""


@derived(tensors=("x",), cast="float")
def erfc(x: Tensor) -> Tensor:
    """`1 - erf(x)`."""
    return subtract(1, erf(x))


# -- rounding


@primitive(tensors=("x",), cast="float", spec=rules.same)
def floor(x: Tensor) -> Tensor:
    """The greatest whole number not above `x`."""


@primitive(tensors=("x",), cast="float", spec=rules.same)
def ceil(x: Tensor) -> Tensor:
    """The least whole number not below `x`."""


@primitive(tensors=("x",), spec=rules.same)
def round(x: Tensor, decimals: int = 0) -> Tensor:
    """`x` rounded to that many decimals, halves to the even neighbour."""


@derived(tensors=("x",))
def trunc(x: Tensor) -> Tensor:
    """`x` rounded towards 0."""
    return where(less(x, 0), ceil(x), floor(x)) if dtypes.is_float(dtype_of(x)) else x


# -- comparison


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.comparison)
def equal(x1: Tensor, x2: Tensor) -> Tensor:
    """Where `x1 == x2`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.equal([1, 2], 2)).tolist()
        [False, True]
    """


@derived(tensors=("x1", "x2"), cast="promote")
def not_equal(x1: Tensor, x2: Tensor) -> Tensor:
    """Where `x1 != x2`."""
    return logical_not(equal(x1, x2))


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.comparison)
def less(x1: Tensor, x2: Tensor) -> Tensor:
    """Where `x1 < x2`."""


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.comparison)
def less_equal(x1: Tensor, x2: Tensor) -> Tensor:
    """Where `x1 <= x2`."""


@derived(tensors=("x1", "x2"), cast="promote")
def greater(x1: Tensor, x2: Tensor) -> Tensor:
    """Where `x1 > x2`."""
    return less(x2, x1)


@derived(tensors=("x1", "x2"), cast="promote")
def greater_equal(x1: Tensor, x2: Tensor) -> Tensor:
    """Where `x1 >= x2`."""
    return less_equal(x2, x1)


@primitive(tensors=("x",), cast="float", spec=rules.test)
def isnan(x: Tensor) -> Tensor:
    """Where `x` is not a number."""


@primitive(tensors=("x",), cast="float", spec=rules.test)
def isinf(x: Tensor) -> Tensor:
    """Where `x` is infinite, of either sign."""


@derived(tensors=("x",), cast="float")
def isfinite(x: Tensor) -> Tensor:
    """Where `x` is neither infinite nor nan."""
    return logical_not(logical_or(isnan(x), isinf(x)))


@derived(tensors=("x1", "x2"), cast="float")
def isclose(x1: Tensor, x2: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Tensor:
    """Where `|x1 - x2| <= atol + rtol * |x2|`; equal infinities are close."""
    near = less_equal(abs(subtract(x1, x2)), add(multiply(abs(x2), rtol), atol))
    close = logical_or(equal(x1, x2), logical_and(near, isfinite(x2)))
    return logical_or(close, logical_and(isnan(x1), isnan(x2))) if equal_nan else close


# -- logic


@primitive(tensors=("x1", "x2"), cast="bool", spec=rules.comparison)
def logical_and(x1: Tensor, x2: Tensor) -> Tensor:
    """Where both are true; numbers other than 0 count as true.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.logical_and([True, True], [0, 2])).tolist()
        [False, True]
    """


@primitive(tensors=("x1", "x2"), cast="bool", spec=rules.comparison)
def logical_or(x1: Tensor, x2: Tensor) -> Tensor:
    """Where at least one is true; numbers other than 0 count as true."""


@derived(tensors=("x1", "x2"), cast="bool")
def logical_xor(x1: Tensor, x2: Tensor) -> Tensor:
    """Where exactly one is true; numbers other than 0 count as true."""
    return not_equal(x1, x2)


@primitive(tensors=("x",), cast="bool", spec=rules.same)
def logical_not(x: Tensor) -> Tensor:
    """Where `x` is false; numbers other than 0 count as true."""


@primitive(tensors=("x", "y"), cast="promote", spec=rules.bitwise)
def bitwise_and(x: Tensor, y: Tensor) -> Tensor:
    """Bits set in both integers."""


@primitive(tensors=("x", "y"), cast="promote", spec=rules.bitwise)
def bitwise_or(x: Tensor, y: Tensor) -> Tensor:
    """Bits set in either integer."""


@primitive(tensors=("x", "y"), cast="promote", spec=rules.bitwise)
def bitwise_xor(x: Tensor, y: Tensor) -> Tensor:
    """Bits set in exactly one of the integers."""


@primitive(tensors=("x",), spec=rules.bitwise)
def bitwise_invert(x: Tensor) -> Tensor:
    """All bits of an integer flipped."""


@derived(tensors=("x",))
def bitwise_not(x: Tensor) -> Tensor:
    """Another name of `bitwise_invert`."""
    return bitwise_invert(x)


@primitive(tensors=("x", "y"), cast="promote", spec=rules.bitwise)
def bitwise_left_shift(x: Tensor, y: Tensor) -> Tensor:
    """`x` with its bits moved up by `y` places."""


@primitive(tensors=("x", "y"), cast="promote", spec=rules.bitwise)
def bitwise_right_shift(x: Tensor, y: Tensor) -> Tensor:
    """`x` with its bits moved down by `y` places, keeping the sign."""


@derived(tensors=("x", "y"), cast="promote")
def left_shift(x: Tensor, y: Tensor) -> Tensor:
    """Another name of `bitwise_left_shift`."""
    return bitwise_left_shift(x, y)


@derived(tensors=("x", "y"), cast="promote")
def right_shift(x: Tensor, y: Tensor) -> Tensor:
    """Another name of `bitwise_right_shift`."""
    return bitwise_right_shift(x, y)


# -- dtype and choice


@primitive(tensors=("x",), spec=rules.cast)
def cast(x: Tensor, dtype: DType) -> Tensor:
    """`x` in another dtype; floats become ints by truncation, and bool by being other than 0.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.cast([0.9, -1.9], "int32")).tolist()
        [0, -1]
    """


@derived(tensors=("x",))
def saturate_cast(x: Tensor, dtype: DType) -> Tensor:
    """`x` in another dtype, with what lies outside its range brought to its nearest limit.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.saturate_cast([-5.0, 300.0], "uint8")).tolist()
        [0, 255]
    """
    source, target = dtype_of(x), dtypes.standardize(dtype)
    low, high = dtypes.limits(target)
    if dtypes.is_bool(target) or dtypes.is_bool(source):
        return cast(x, target)
    bottom, top = dtypes.limits(source)
    low, high = max(low, bottom), min(high, top)
    if dtypes.is_float(source) and dtypes.is_int(target):
        low, high = (_within(bound, source) for bound in (low, high))
    return cast(clip(x, low, high), target)


def _within(bound: float, dtype: str) -> float:
    """The bound, or where it is no float of this dtype (as 2**31 - 1 is no float32) the next one nearer to 0."""
    exact = int(np.asarray(bound, dtypes.numpy_dtype(dtype))) == bound
    return bound if exact else bound * (1 - float(dtypes.finfo(dtype).eps) / 2)


@primitive(tensors=("condition", "x1", "x2"), cast={"bool": ("condition",), "promote": ("x1", "x2")}, spec=rules.where)
def where(condition: Tensor, x1: Tensor, x2: Tensor) -> Tensor:
    """`x1` where the condition holds, `x2` elsewhere; all three broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.where([True, False], 1.0, [5.0, 6.0])).tolist()
        [1.0, 6.0]
    """


@derived(tensors=("x",))
def nan_to_num(x: Tensor, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Tensor:
    """`x` with nan replaced by `nan`, and infinities by the given or by the dtype's limits."""
    if not dtypes.is_float(dtype_of(x)):
        return x
    low, high = dtypes.limits(dtype_of(x))
    x = where(isnan(x), nan, x)
    x = where(equal(x, math.inf), high if posinf is None else posinf, x)
    return where(equal(x, -math.inf), low if neginf is None else neginf, x)
