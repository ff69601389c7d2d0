"""Elementwise ops: arithmetic, comparison, logic, rounding, casts and choice.

Two tensors broadcast against each other by NumPy's rule, after the table has brought them to one
dtype.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from keras_core import dtypes
from keras_core.ops.op import derived, primitive
from keras_core.ops.properties import dtype_of
from keras_core.ops.rules import shapes as rules

if TYPE_CHECKING:
    from keras_core.typing import DType, Tensor


@primitive(tensors=("variable",), spec=rules.unchanged)
def stop_gradient(variable: Tensor) -> Tensor:
    """The tensor (or Variable's value) itself, through which no gradient flows.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.stop_gradient([1.0])).tolist()
        [1.0]
    """


@primitive(tensors=("x",), spec=rules.same)
def print_tensor(x: Tensor, message: str = "", summarize: int = 3) -> Tensor:
    """The tensor itself, printed on standard output each time it is computed, in a compiled function, too.

    What nothing depends on is not computed: use the result in the place of `x`.

    Args:
        x: tensor.
        message: what is printed before the values. Defaults to "".
        summarize: how many elements of an axis are shown at both of its ends; -1 for all. Defaults to 3.

    Returns:
        Tensor like `x`, through which gradients flow unchanged.

    Example:
        >>> from keras_core import ops
        >>> y = ops.print_tensor(ops.convert_to_tensor([1.0, 2.0]), message="x:")
        x: [1. 2.]
    """


# -- arithmetic


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.broadcast)
def add(x1: Tensor, x2: Tensor) -> Tensor:
    """Sum of two tensors; of truth values, whether any is true.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.add([1, 2], [[10], [20]])).tolist()
        [[11, 12], [21, 22]]
    """


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.broadcast)
def subtract(x1: Tensor, x2: Tensor) -> Tensor:
    """Difference `x1 - x2`.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.subtract([3, 5], 1)).tolist()
        [2, 4]
    """


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.broadcast)
def multiply(x1: Tensor, x2: Tensor) -> Tensor:
    """Product of two tensors; of truth values, whether both are true.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.multiply([1, 2], [3, 4])).tolist()
        [3, 8]
    """


@primitive(tensors=("x1", "x2"), cast="float", spec=rules.broadcast)
def divide(x1: Tensor, x2: Tensor) -> Tensor:
    """Quotient `x1 / x2` as floats; division by zero gives inf or nan.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.divide([1, 2], 4)).tolist()
        [0.25, 0.5]
    """


@derived(tensors=("x1", "x2"), cast="float")
def true_divide(x1: Tensor, x2: Tensor) -> Tensor:
    """Another name of `divide`.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.true_divide([1, 2], 4)).tolist()
        [0.25, 0.5]
    """
    return divide(x1, x2)


@derived(tensors=("x1", "x2"), cast="float")
def divide_no_nan(x1: Tensor, x2: Tensor) -> Tensor:
    """Quotient `x1 / x2`, and 0 where `x2` is 0.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.divide_no_nan([1.0, 2.0], [0.0, 4.0])).tolist()
        [0.0, 0.5]
    """
    zero = equal(x2, 0)
    return where(zero, 0, divide(x1, where(zero, 1, x2)))


@primitive(tensors=("x1", "x2"), cast="number", spec=rules.broadcast)
def floor_divide(x1: Tensor, x2: Tensor) -> Tensor:
    """Quotient rounded towards minus infinity, in the dtype of the arguments.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.floor_divide([7, -7], 2)).tolist()
        [3, -4]
    """


@primitive(tensors=("x1", "x2"), cast="number", spec=rules.broadcast)
def mod(x1: Tensor, x2: Tensor) -> Tensor:
    """Remainder of `floor_divide`; it has the sign of `x2`.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.mod([7, -7], 3)).tolist()
        [1, 2]
    """


@primitive(tensors=("x1", "x2"), cast="number", spec=rules.broadcast)
def power(x1: Tensor, x2: Tensor) -> Tensor:
    """`x1` to the power of `x2`.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.power([2, 3], 2)).tolist()
        [4, 9]
    """


@primitive(tensors=("x",), spec=rules.same)
def negative(x: Tensor) -> Tensor:
    """`-x`.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.negative([1, -2])).tolist()
        [-1, 2]
    """


@primitive(tensors=("x",), spec=rules.magnitude)
def abs(x: Tensor) -> Tensor:
    """Magnitude; its gradient at 0 is 0.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.abs([-1, 2])).tolist()
        [1, 2]
    """


@derived(tensors=("x",))
def absolute(x: Tensor) -> Tensor:
    """Another name of `abs`.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.absolute([-1, 2])).tolist()
        [1, 2]
    """
    return abs(x)


@primitive(tensors=("x",), spec=rules.same)
def sign(x: Tensor) -> Tensor:
    """-1, 0 or 1 by the sign of each element.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.sign([-3, 0, 5])).tolist()
        [-1, 0, 1]
    """


@derived(tensors=("x",), cast="number")
def square(x: Tensor) -> Tensor:
    """`x * x`.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.square([2, -3])).tolist()
        [4, 9]
    """
    return multiply(x, x)


@derived(tensors=("x",), cast="float")
def reciprocal(x: Tensor) -> Tensor:
    """`1 / x`.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.reciprocal([2.0, 4.0])).tolist()
        [0.5, 0.25]
    """
    return divide(1, x)


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.broadcast)
def maximum(x1: Tensor, x2: Tensor) -> Tensor:
    """The greater of each pair of elements; nan when either is nan.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.maximum([1, 5], 3)).tolist()
        [3, 5]
    """


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.broadcast)
def minimum(x1: Tensor, x2: Tensor) -> Tensor:
    """The lesser of each pair of elements; nan when either is nan.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.minimum([1, 5], 3)).tolist()
        [1, 3]
    """


@derived(tensors=("x", "x_min", "x_max"), cast="promote")
def clip(x: Tensor, x_min: Tensor, x_max: Tensor) -> Tensor:
    """`x` limited to the range from `x_min` to `x_max`.

    Args:
        x: tensor.
        x_min: lower limit, a number or a tensor that broadcasts.
        x_max: upper limit, a number or a tensor that broadcasts.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.clip([-3, 0.5, 7], -1, 1)).tolist()
        [-1, 0, 1]
    """
    return minimum(maximum(x, x_min), x_max)


# -- exponentials, logarithms, roots


@primitive(tensors=("x",), cast="float", spec=rules.same)
def exp(x: Tensor) -> Tensor:
    """Exponential: e to the power of `x`.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.exp([0.0, 1.0])).tolist()
        [1.0, 2.7182]
    """


@derived(tensors=("x",), cast="float")
def exp2(x: Tensor) -> Tensor:
    """2 to the power of `x`.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.exp2([3.0])).tolist()
        [8.0]
    """
    return exp(multiply(x, math.log(2)))


@primitive(tensors=("x",), cast="float", spec=rules.same)
def expm1(x: Tensor) -> Tensor:
    """`exp(x) - 1`, accurate for small `x`.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.expm1([0.0])).tolist()
        [0.0]
    """


@primitive(tensors=("x",), cast="float", spec=rules.same)
def log(x: Tensor) -> Tensor:
    """Natural logarithm; -inf at 0, nan below.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.log([1.0])).tolist()
        [0.0]
    """


@primitive(tensors=("x",), cast="float", spec=rules.same)
def log1p(x: Tensor) -> Tensor:
    """`log(1 + x)`, accurate for small `x`.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.log1p([0.0])).tolist()
        [0.0]
    """


@derived(tensors=("x",), cast="float")
def log2(x: Tensor) -> Tensor:
    """Logarithm to base 2.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.log2([8.0])).tolist()
        [3.0]
    """
    return multiply(log(x), 1 / math.log(2))


@derived(tensors=("x",), cast="float")
def log10(x: Tensor) -> Tensor:
    """Logarithm to base 10.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.log10([100.0])).tolist()
        [2.0]
    """
    return multiply(log(x), 1 / math.log(10))


@derived(tensors=("x1", "x2"), cast="float")
def logaddexp(x1: Tensor, x2: Tensor) -> Tensor:
    """`log(exp(x1) + exp(x2))` without overflow.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.logaddexp([0.0], [0.0])).tolist()
        [0.6931]
    """
    high = maximum(x1, x2)
    gap = abs(subtract(x1, x2))
    return where(isnan(gap), add(x1, x2), add(high, log1p(exp(negative(gap)))))


@primitive(tensors=("x",), cast="float", spec=rules.same)
def sqrt(x: Tensor) -> Tensor:
    """Square root; nan below 0.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.sqrt([4.0, 9.0])).tolist()
        [2.0, 3.0]
    """


@derived(tensors=("x",), cast="float")
def rsqrt(x: Tensor) -> Tensor:
    """`1 / sqrt(x)`.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.rsqrt([4.0])).tolist()
        [0.5]
    """
    return divide(1, sqrt(x))


@derived(tensors=("x",), cast="float")
def cbrt(x: Tensor) -> Tensor:
    """Cube root, of negative numbers too.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.cbrt([8.0, -27.0])).tolist()
        [2.0, -3.0000]
    """
    return multiply(sign(x), power(abs(x), 1 / 3))


@derived(tensors=("x1", "x2"), cast="float")
def hypot(x1: Tensor, x2: Tensor) -> Tensor:
    """`sqrt(x1**2 + x2**2)` without overflow.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.hypot([3.0], [4.0])).tolist()
        [5.0]
    """
    a, b = abs(x1), abs(x2)
    high = maximum(a, b)
    ratio = divide_no_nan(minimum(a, b), high)
    return multiply(high, sqrt(add(1, square(ratio))))


# -- trigonometric and hyperbolic functions


@primitive(tensors=("x",), cast="float", spec=rules.same)
def sin(x: Tensor) -> Tensor:
    """Sine of `x` in radians.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.sin([0.0])).tolist()
        [0.0]
    """


@primitive(tensors=("x",), cast="float", spec=rules.same)
def cos(x: Tensor) -> Tensor:
    """Cosine of `x` in radians.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.cos([0.0])).tolist()
        [1.0]
    """


@primitive(tensors=("x",), cast="float", spec=rules.same)
def tan(x: Tensor) -> Tensor:
    """Tangent of `x` in radians.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.tan([0.0])).tolist()
        [0.0]
    """


@primitive(tensors=("x",), cast="float", spec=rules.same)
def arcsin(x: Tensor) -> Tensor:
    """Inverse sine, from -pi/2 to pi/2.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.arcsin([0.0, 1.0])).tolist()
        [0.0, 1.5707]
    """


@primitive(tensors=("x",), cast="float", spec=rules.same)
def arccos(x: Tensor) -> Tensor:
    """Inverse cosine, from 0 to pi.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.arccos([1.0, 0.0])).tolist()
        [0.0, 1.5707]
    """


@primitive(tensors=("x",), cast="float", spec=rules.same)
def arctan(x: Tensor) -> Tensor:
    """Inverse tangent, from -pi/2 to pi/2.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.arctan([0.0, 1.0])).tolist()
        [0.0, 0.7853]
    """


@primitive(tensors=("x1", "x2"), cast="float", spec=rules.broadcast)
def arctan2(x1: Tensor, x2: Tensor) -> Tensor:
    """Angle of the point with ordinate `x1` and abscissa `x2`, from -pi to pi.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.arctan2([1.0], [1.0])).tolist()
        [0.7853]
    """


@primitive(tensors=("x",), cast="float", spec=rules.same)
def sinh(x: Tensor) -> Tensor:
    """Hyperbolic sine.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.sinh([0.0])).tolist()
        [0.0]
    """


@primitive(tensors=("x",), cast="float", spec=rules.same)
def cosh(x: Tensor) -> Tensor:
    """Hyperbolic cosine.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.cosh([0.0])).tolist()
        [1.0]
    """


@primitive(tensors=("x",), cast="float", spec=rules.same)
def tanh(x: Tensor) -> Tensor:
    """Hyperbolic tangent.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.tanh([0.0, 1.0])).tolist()
        [0.0, 0.7615]
    """


@primitive(tensors=("x",), cast="float", spec=rules.same)
def arcsinh(x: Tensor) -> Tensor:
    """Inverse hyperbolic sine.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.arcsinh([0.0])).tolist()
        [0.0]
    """


@primitive(tensors=("x",), cast="float", spec=rules.same)
def arccosh(x: Tensor) -> Tensor:
    """Inverse hyperbolic cosine; nan below 1.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.arccosh([1.0])).tolist()
        [0.0]
    """


@primitive(tensors=("x",), cast="float", spec=rules.same)
def arctanh(x: Tensor) -> Tensor:
    """Inverse hyperbolic tangent; nan outside -1 to 1.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.arctanh([0.0])).tolist()
        [0.0]
    """


@derived(tensors=("x",), cast="float")
def deg2rad(x: Tensor) -> Tensor:
    """Degrees as radians.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.deg2rad([180.0])).tolist()
        [3.1415]
    """
    return multiply(x, math.pi / 180)


@derived(tensors=("x",), cast="float")
def rad2deg(x: Tensor) -> Tensor:
    """Radians as degrees.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.rad2deg([0.0, 3.1415])).tolist()
        [0.0, 180.0]
    """
    return multiply(x, 180 / math.pi)


@derived(tensors=("x",), cast="float")
def sinc(x: Tensor) -> Tensor:
    """`sin(pi x) / (pi x)`, and 1 at 0.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.sinc([0.0])).tolist()
        [1.0]
    """
    zero = equal(x, 0)
    angle = multiply(where(zero, 1, x), math.pi)
    return where(zero, 1, divide(sin(angle), angle))


@primitive(tensors=("x",), cast="float", spec=rules.same)
def erf(x: Tensor) -> Tensor:
    """Error function: twice the integral of the Gaussian exp(-t**2) / sqrt(pi) from 0 to `x`.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.erf([0.0, 1.0])).tolist()
        [0.0, 0.8427]
    """


@derived(tensors=("x",), cast="float")
def erfc(x: Tensor) -> Tensor:
    """`1 - erf(x)`.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.erfc([0.0])).tolist()
        [1.0]
    """
    return subtract(1, erf(x))


# -- rounding


@primitive(tensors=("x",), cast="float", spec=rules.same)
def floor(x: Tensor) -> Tensor:
    """The greatest whole number not above `x`.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.floor([0.2, -0.2])).tolist()
        [0.0, -1.0]
    """


@primitive(tensors=("x",), cast="float", spec=rules.same)
def ceil(x: Tensor) -> Tensor:
    """The least whole number not below `x`.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.ceil([0.2, -0.2])).tolist()
        [1.0, -0.0]
    """


@primitive(tensors=("x",), spec=rules.same)
def round(x: Tensor, decimals: int = 0) -> Tensor:
    """`x` rounded to that many decimals, halves to the even neighbour.

    Args:
        x: tensor.
        decimals: number of decimals to keep; negative rounds before the point. Defaults to 0.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.round([0.5, 1.5, 2.5])).tolist()
        [0.0, 2.0, 2.0]
    """


@derived(tensors=("x",))
def trunc(x: Tensor) -> Tensor:
    """`x` rounded towards 0.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.trunc([1.7, -1.7])).tolist()
        [1.0, -1.0]
    """
    return where(less(x, 0), ceil(x), floor(x)) if dtypes.is_float(dtype_of(x)) else x


# -- comparison


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.comparison)
def equal(x1: Tensor, x2: Tensor) -> Tensor:
    """Where `x1 == x2`.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.equal([1, 2], 2)).tolist()
        [False, True]
    """


@derived(tensors=("x1", "x2"), cast="promote")
def not_equal(x1: Tensor, x2: Tensor) -> Tensor:
    """Where `x1 != x2`.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.not_equal([1, 2], 2)).tolist()
        [True, False]
    """
    return logical_not(equal(x1, x2))


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.comparison)
def less(x1: Tensor, x2: Tensor) -> Tensor:
    """Where `x1 < x2`.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.less([1, 3], 2)).tolist()
        [True, False]
    """


@primitive(tensors=("x1", "x2"), cast="promote", spec=rules.comparison)
def less_equal(x1: Tensor, x2: Tensor) -> Tensor:
    """Where `x1 <= x2`.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.less_equal([1, 2], 1)).tolist()
        [True, False]
    """


@derived(tensors=("x1", "x2"), cast="promote")
def greater(x1: Tensor, x2: Tensor) -> Tensor:
    """Where `x1 > x2`.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.greater([1, 3], 2)).tolist()
        [False, True]
    """
    return less(x2, x1)


@derived(tensors=("x1", "x2"), cast="promote")
def greater_equal(x1: Tensor, x2: Tensor) -> Tensor:
    """Where `x1 >= x2`.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.greater_equal([1, 2], 2)).tolist()
        [False, True]
    """
    return less_equal(x2, x1)


@primitive(tensors=("x",), cast="float", spec=rules.test)
def isnan(x: Tensor) -> Tensor:
    """Where `x` is not a number.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.isnan([1.0, float('nan')])).tolist()
        [False, True]
    """


@primitive(tensors=("x",), cast="float", spec=rules.test)
def isinf(x: Tensor) -> Tensor:
    """Where `x` is infinite, of either sign.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.isinf([1.0, float('-inf')])).tolist()
        [False, True]
    """


@derived(tensors=("x",), cast="float")
def isfinite(x: Tensor) -> Tensor:
    """Where `x` is neither infinite nor nan.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.isfinite([1.0, float('inf')])).tolist()
        [True, False]
    """
    return logical_not(logical_or(isnan(x), isinf(x)))


@derived(tensors=("x1", "x2"), cast="float")
def isclose(x1: Tensor, x2: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Tensor:
    """Where `|x1 - x2| <= atol + rtol * |x2|`; equal infinities are close.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.
        rtol: relative tolerance. Defaults to 1e-05.
        atol: absolute tolerance. Defaults to 1e-08.
        equal_nan: whether nan equals nan. Defaults to False.

    Returns:
        Bool tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.isclose([1.0, 2.0], [1.0, 2.1])).tolist()
        [True, False]
    """
    near = less_equal(abs(subtract(x1, x2)), add(multiply(abs(x2), rtol), atol))
    close = logical_or(equal(x1, x2), logical_and(near, isfinite(x2)))
    return logical_or(close, logical_and(isnan(x1), isnan(x2))) if equal_nan else close


# -- logic


@primitive(tensors=("x1", "x2"), cast="bool", spec=rules.comparison)
def logical_and(x1: Tensor, x2: Tensor) -> Tensor:
    """Where both are true; numbers other than 0 count as true.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.logical_and([True, True], [0, 2])).tolist()
        [False, True]
    """


@primitive(tensors=("x1", "x2"), cast="bool", spec=rules.comparison)
def logical_or(x1: Tensor, x2: Tensor) -> Tensor:
    """Where at least one is true; numbers other than 0 count as true.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.logical_or([True, False], [0, 0])).tolist()
        [True, False]
    """


@derived(tensors=("x1", "x2"), cast="bool")
def logical_xor(x1: Tensor, x2: Tensor) -> Tensor:
    """Where exactly one is true; numbers other than 0 count as true.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.logical_xor([True, True], [0, 1])).tolist()
        [True, False]
    """
    return not_equal(x1, x2)


@primitive(tensors=("x",), cast="bool", spec=rules.same)
def logical_not(x: Tensor) -> Tensor:
    """Where `x` is false; numbers other than 0 count as true.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.logical_not([True, False])).tolist()
        [False, True]
    """


@primitive(tensors=("x", "y"), cast="promote", spec=rules.bitwise)
def bitwise_and(x: Tensor, y: Tensor) -> Tensor:
    """Bits set in both integers.

    Args:
        x: int tensor.
        y: int tensor whose shape broadcasts with that of `x`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.bitwise_and([6], [3])).tolist()
        [2]
    """


@primitive(tensors=("x", "y"), cast="promote", spec=rules.bitwise)
def bitwise_or(x: Tensor, y: Tensor) -> Tensor:
    """Bits set in either integer.

    Args:
        x: int tensor.
        y: int tensor whose shape broadcasts with that of `x`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.bitwise_or([6], [3])).tolist()
        [7]
    """


@primitive(tensors=("x", "y"), cast="promote", spec=rules.bitwise)
def bitwise_xor(x: Tensor, y: Tensor) -> Tensor:
    """Bits set in exactly one of the integers.

    Args:
        x: int tensor.
        y: int tensor whose shape broadcasts with that of `x`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.bitwise_xor([6], [3])).tolist()
        [5]
    """


@primitive(tensors=("x",), spec=rules.bitwise)
def bitwise_invert(x: Tensor) -> Tensor:
    """All bits of an integer flipped.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.bitwise_invert([0, 5])).tolist()
        [-1, -6]
    """


@derived(tensors=("x",))
def bitwise_not(x: Tensor) -> Tensor:
    """Another name of `bitwise_invert`.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.bitwise_not([0, 5])).tolist()
        [-1, -6]
    """
    return bitwise_invert(x)


@primitive(tensors=("x", "y"), cast="promote", spec=rules.bitwise)
def bitwise_left_shift(x: Tensor, y: Tensor) -> Tensor:
    """`x` with its bits moved up by `y` places.

    Args:
        x: int tensor.
        y: int tensor whose shape broadcasts with that of `x`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.bitwise_left_shift([1], [3])).tolist()
        [8]
    """


@primitive(tensors=("x", "y"), cast="promote", spec=rules.bitwise)
def bitwise_right_shift(x: Tensor, y: Tensor) -> Tensor:
    """`x` with its bits moved down by `y` places, keeping the sign.

    Args:
        x: int tensor.
        y: int tensor whose shape broadcasts with that of `x`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.bitwise_right_shift([8], [2])).tolist()
        [2]
    """


@derived(tensors=("x", "y"), cast="promote")
def left_shift(x: Tensor, y: Tensor) -> Tensor:
    """Another name of `bitwise_left_shift`.

    Args:
        x: int tensor.
        y: int tensor whose shape broadcasts with that of `x`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.left_shift([1], [3])).tolist()
        [8]
    """
    return bitwise_left_shift(x, y)


@derived(tensors=("x", "y"), cast="promote")
def right_shift(x: Tensor, y: Tensor) -> Tensor:
    """Another name of `bitwise_right_shift`.

    Args:
        x: int tensor.
        y: int tensor whose shape broadcasts with that of `x`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.right_shift([8], [2])).tolist()
        [2]
    """
    return bitwise_right_shift(x, y)


# -- dtype and choice


@primitive(tensors=("x",), spec=rules.cast)
def cast(x: Tensor, dtype: DType) -> Tensor:
    """`x` in another dtype; floats become ints by truncation, and bool by being other than 0.

    Args:
        x: tensor.
        dtype: name of the dtype.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.cast([0.9, -1.9], "int32")).tolist()
        [0, -1]
    """


@derived(tensors=("x",))
def saturate_cast(x: Tensor, dtype: DType) -> Tensor:
    """`x` in another dtype, with what lies outside its range brought to its nearest limit.

    Args:
        x: tensor.
        dtype: name of the dtype.

    Returns:
        Tensor of the shape of `x`.

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

    Args:
        condition: bool tensor.
        x1: values where it is true.
        x2: values where it is false.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.where([True, False], 1.0, [5.0, 6.0])).tolist()
        [1.0, 6.0]
    """


@derived(tensors=("x",))
def nan_to_num(x: Tensor, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Tensor:
    """`x` with nan replaced by `nan`, and infinities by the given or by the dtype's limits.

    Args:
        x: tensor.
        nan: number in the place of nan. Defaults to 0.0.
        posinf: number in the place of infinity; None is the dtype's greatest. Defaults to None.
        neginf: number in the place of minus infinity; None is the dtype's least. Defaults to None.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.nan_to_num([1.0, float('nan')])).tolist()
        [1.0, 0.0]
    """
    if not dtypes.is_float(dtype_of(x)):
        return x
    low, high = dtypes.limits(dtype_of(x))
    x = where(isnan(x), nan, x)
    x = where(equal(x, math.inf), high if posinf is None else posinf, x)
    return where(equal(x, -math.inf), low if neginf is None else neginf, x)
