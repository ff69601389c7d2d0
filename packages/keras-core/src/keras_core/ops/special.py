"""Less common elementwise functions, and the windows of signal processing, of other ops."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import dtypes
from keras_core.ops.control import while_loop
from keras_core.ops.creation import arange
from keras_core.ops.elementwise import (
    abs as absolute,
)
from keras_core.ops.elementwise import (
    add,
    cast,
    cos,
    divide,
    equal,
    exp,
    floor_divide,
    greater,
    isnan,
    less,
    log,
    logaddexp,
    logical_or,
    maximum,
    minimum,
    mod,
    multiply,
    negative,
    not_equal,
    power,
    sign,
    sqrt,
    square,
    stop_gradient,
    subtract,
    where,
)
from keras_core.ops.op import derived
from keras_core.ops.properties import dtype_of
from keras_core.ops.reduction import any as any_of
from keras_core.ops.shaping import view

if TYPE_CHECKING:
    from keras_core.typing import Tensor

_ERFINV_CENTRE = (
    2.81022636e-08,
    3.43273939e-07,
    -3.5233877e-06,
    -4.39150654e-06,
    0.00021858087,
    -0.00125372503,
    -0.00417768164,
    0.246640727,
    1.50140941,
)
_ERFINV_TAIL = (
    -0.000200214257,
    0.000100950558,
    0.00134934322,
    -0.00367342844,
    0.00573950773,
    -0.0076224613,
    0.00943887047,
    1.00167406,
    2.83297682,
)


@derived(tensors=("x",), cast="float")
def erfinv(x: Tensor) -> Tensor:
    """Inverse of `erf`, to single precision.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.erfinv([0.0])).tolist()
        [0.0]

    Reference: Giles, "Approximating the erfinv function", GPU Computing Gems, 2011.
    """
    edge = equal(absolute(x), 1)
    inner = where(edge, 0, x)
    w = negative(log(multiply(subtract(1, inner), add(1, inner))))
    central = less(w, 5)
    centre = polynomial(_ERFINV_CENTRE, subtract(w, 2.5))
    tail = polynomial(_ERFINV_TAIL, subtract(sqrt(where(central, 5, w)), 3))
    return where(edge, multiply(stop_gradient(x), math.inf), multiply(where(central, centre, tail), x))


def polynomial(coefficients: tuple[float, ...], x: Tensor) -> Tensor:
    """The polynomial with these coefficients, the highest power's first."""
    result: Tensor = coefficients[0]
    for coefficient in coefficients[1:]:
        result = add(multiply(result, x), coefficient)
    return result


@derived(tensors=("x1", "x2"), cast="promote")
def heaviside(x1: Tensor, x2: Tensor) -> Tensor:
    """0 where `x1` is negative, 1 where it is positive, `x2` where it is 0.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.heaviside([-1.0, 0.0, 2.0], 0.5)).tolist()
        [0.0, 0.5, 1.0]
    """
    return where(equal(x1, 0), x2, cast(greater(x1, 0), dtype_of(x1)))


@derived(tensors=("x",), cast="float")
def fabs(x: Tensor) -> Tensor:
    """Magnitude, as a float.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.fabs([-1, 2])).tolist()
        [1.0, 2.0]
    """
    return absolute(x)


@derived(tensors=("x1", "x2"), cast="promote")
def fmax(x1: Tensor, x2: Tensor) -> Tensor:
    """The greater of each pair of elements; of a number and nan, the number.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.fmax([1.0, float('nan')], [0.0, 2.0])).tolist()
        [1.0, 2.0]
    """
    return where(isnan(x1), x2, where(isnan(x2), x1, maximum(x1, x2)))


@derived(tensors=("x1", "x2"), cast="promote")
def fmin(x1: Tensor, x2: Tensor) -> Tensor:
    """The lesser of each pair of elements; of a number and nan, the number.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.fmin([1.0, float('nan')], [0.0, 2.0])).tolist()
        [0.0, 2.0]
    """
    return where(isnan(x1), x2, where(isnan(x2), x1, minimum(x1, x2)))


@derived(tensors=("x1", "x2"), cast="promote")
def fmod(x1: Tensor, x2: Tensor) -> Tensor:
    """Remainder of the division rounded towards 0; it has the sign of `x1`.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.fmod([7.0, -7.0], 3.0)).tolist()
        [1.0, -1.0]
    """
    return multiply(sign(x1), mod(absolute(x1), absolute(x2)))


@derived(tensors=("x",), cast="float")
def isposinf(x: Tensor) -> Tensor:
    """Where `x` is plus infinity.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.isposinf([1.0, float('inf')])).tolist()
        [False, True]
    """
    return equal(x, math.inf)


@derived(tensors=("x",), cast="float")
def isneginf(x: Tensor) -> Tensor:
    """Where `x` is minus infinity.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.isneginf([1.0, float('-inf')])).tolist()
        [False, True]
    """
    return equal(x, -math.inf)


@derived(tensors=("x1", "x2"), cast="float")
def logaddexp2(x1: Tensor, x2: Tensor) -> Tensor:
    """`log2(2**x1 + 2**x2)` without overflow.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.logaddexp2([0.0], [0.0])).tolist()
        [1.0]
    """
    natural = math.log(2)
    return divide(logaddexp(multiply(x1, natural), multiply(x2, natural)), natural)


@derived(tensors=("x1", "x2"), cast="float")
def ldexp(x1: Tensor, x2: Tensor) -> Tensor:
    """`x1 * 2**x2`.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.ldexp([1.0, 3.0], [2, 1])).tolist()
        [4.0, 6.0]
    """
    return multiply(x1, power(2, x2))


_I0_SMALL = (0.0045813, 0.0360768, 0.2659732, 1.2067492, 3.0899424, 3.5156229, 1.0)
_I0_LARGE = (
    0.00392377,
    -0.01647633,
    0.02635537,
    -0.02057706,
    0.00916281,
    -0.00157565,
    0.00225319,
    0.01328592,
    0.39894228,
)


@derived(tensors=("x",), cast="float")
def i0(x: Tensor) -> Tensor:
    """Modified Bessel function of the first kind and order 0, to single precision.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.i0([0.0])).tolist()
        [1.0]

    Reference: Abramowitz and Stegun, "Handbook of Mathematical Functions", 9.8.1 and 9.8.2.
    """
    size = absolute(x)
    small = polynomial(_I0_SMALL, square(divide(minimum(size, 3.75), 3.75)))
    safe = maximum(size, 3.75)
    large = multiply(polynomial(_I0_LARGE, divide(3.75, safe)), divide(exp(safe), sqrt(safe)))
    return where(less(size, 3.75), small, large)


def _angles(x: Any) -> Tensor:
    """Angles from 0 to 2 pi over a window of `x` samples."""
    return multiply(cast(arange(x), "float32"), 2 * math.pi / max(int(x) - 1, 1))


@derived(tensors=())
def hanning(x: int) -> Tensor:
    """The Hann window of `x` samples.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.hanning(3)).tolist()
        [0.0, 1.0, 0.0]
    """
    return subtract(0.5, multiply(cos(_angles(x)), 0.5)) if x > 1 else cast(arange(1, 1 + x), "float32")


@derived(tensors=())
def hamming(x: int) -> Tensor:
    """The Hamming window of `x` samples.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.hamming(3)).tolist()
        [0.0800, 1.0, 0.0800]
    """
    return subtract(0.54, multiply(cos(_angles(x)), 0.46)) if x > 1 else cast(arange(1, 1 + x), "float32")


@derived(tensors=())
def blackman(x: int) -> Tensor:
    """The Blackman window of `x` samples.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.blackman(3)).tolist()
        [-1.4901e-08, 0.9999, -1.4901e-08]
    """
    if x <= 1:
        return cast(arange(1, 1 + x), "float32")
    angles = _angles(x)
    return add(subtract(0.42, multiply(cos(angles), 0.5)), multiply(cos(multiply(angles, 2)), 0.08))


@derived(tensors=())
def bartlett(x: int) -> Tensor:
    """The triangular window of `x` samples, 0 at both ends.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.bartlett(3)).tolist()
        [0.0, 1.0, 0.0]
    """
    if x <= 1:
        return cast(arange(1, 1 + x), "float32")
    return subtract(1, absolute(subtract(divide(cast(arange(x), "float32"), (x - 1) / 2), 1)))


@derived(tensors=())
def kaiser(x: int, beta: float) -> Tensor:
    """The Kaiser window of `x` samples with shape `beta`.

    Args:
        x: number of samples, an int.
        beta: shape of the window; 0 is rectangular.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.kaiser(3, 0.0)).tolist()
        [1.0, 1.0, 1.0]
    """
    if x <= 1:
        return cast(arange(1, 1 + x), "float32")
    place = subtract(divide(cast(arange(x), "float32"), (x - 1) / 2), 1)
    inside = sqrt(maximum(subtract(1, square(place)), 0))
    return divide(i0(multiply(inside, beta)), i0(float(beta)))


@derived(tensors=("x",))
def signbit(x: Tensor) -> Tensor:
    """Where the sign bit is set: of negative numbers, and of -0.0 and nans that have it.

    Args:
        x: tensor of real numbers.

    Returns:
        bool tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.signbit([-0.0, 0.0, -2.0])).tolist()
        [True, False, True]
    """
    dtype = dtype_of(x)
    if dtypes.is_float(dtype):
        x = view(x, f"int{8 * dtypes.itemsize(dtype)}")
    return less(cast(x, "int32") if dtypes.is_bool(dtype) else x, 0)


@derived(tensors=("x1", "x2"), cast="float")
def nextafter(x1: Tensor, x2: Tensor) -> Tensor:
    """The float next to `x1` in the direction of `x2`; `x2` where both are equal.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to; nan where either is nan.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.nextafter(1.0, 2.0)).tolist()
        1.0000
    """
    bits = 8 * dtypes.itemsize(dtype_of(x1))
    lowest = -(2 ** (bits - 1))

    def turned(word: Tensor) -> Tensor:
        # Floats are ordered as their bits are, once those of negative ones are turned around; and back.
        return where(less(word, 0), subtract(lowest, word), word)

    here, there = (turned(view(x, f"int{bits}")) for x in (x1, x2))
    step = subtract(cast(less(here, there), f"int{bits}"), cast(less(there, here), f"int{bits}"))
    found = view(turned(add(here, step)), dtype_of(x1))
    lost = logical_or(isnan(x1), isnan(x2))
    return where(lost, math.nan, where(equal(step, 0), x2, found))


@derived(tensors=("x1", "x2"), cast="promote")
def gcd(x1: Tensor, x2: Tensor) -> Tensor:
    """Greatest common divisor, not negative; of 0 and a number, its magnitude. By Euclid's algorithm.

    Args:
        x1: int tensor.
        x2: int tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the arguments are not integers.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.gcd([12, -12, 0], [18, 8, 5])).tolist()
        [6, 4, 5]
    """
    if not dtypes.is_int(dtype_of(x1)):
        raise ValueError(f"gcd() got the dtype {dtype_of(x1)}, expected integers.")
    zero = multiply(multiply(x1, 0), x2)
    start = (add(absolute(x1), zero), add(absolute(x2), zero))

    def step(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        done = equal(b, 0)
        return where(done, a, b), where(done, 0, mod(a, where(done, 1, b)))

    found: Tensor = while_loop(lambda a, b: any_of(not_equal(b, 0)), step, start)[0]
    return found


@derived(tensors=("x1", "x2"), cast="promote")
def lcm(x1: Tensor, x2: Tensor) -> Tensor:
    """Least common multiple, not negative; 0 where either is 0.

    Args:
        x1: int tensor.
        x2: int tensor whose shape broadcasts with that of `x1`.

    Returns:
        Tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the arguments are not integers.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.lcm([4, 6], [6, 0])).tolist()
        [12, 0]
    """
    if not dtypes.is_int(dtype_of(x1)):
        raise ValueError(f"lcm() got the dtype {dtype_of(x1)}, expected integers.")
    return absolute(multiply(floor_divide(x1, maximum(gcd(x1, x2), 1)), x2))
