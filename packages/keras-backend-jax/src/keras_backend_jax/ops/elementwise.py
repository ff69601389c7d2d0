"""Elementwise ops."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
from jax import lax
from keras_core import dtypes
from keras_core.backend.toolkit import print_array

from keras_backend_jax.framework import is_traced
from keras_backend_jax.ops.shapes import alike

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import DType, Tensor


def _unary(kernel: Callable[..., Any]) -> Callable[[Tensor], Tensor]:
    def op(x: Tensor) -> Tensor:
        return kernel(x)

    return op


def _binary(kernel: Callable[..., Any]) -> Callable[[Tensor, Tensor], Tensor]:
    return _of_alike(kernel)


def _of_alike(kernel: Callable[..., Any]) -> Callable[..., Tensor]:
    """A kernel for tensors of one shape as one for those that broadcast.

    Outside any tracing that is one program, which never writes the tensors out in the shape of the result.
    """

    def broadcast(*tensors: Tensor) -> Tensor:
        return kernel(*alike(*tensors))

    program = jax.jit(broadcast, inline=True)  # among constants of a function that is traced, too

    def op(*tensors: Tensor) -> Tensor:
        first = tensors[0].shape
        if all(x.shape == first for x in tensors):
            return kernel(*tensors)
        return (broadcast if any(map(is_traced, tensors)) else program)(*tensors)

    return op


def _whole(kernel: Callable[..., Any]) -> Callable[[Tensor], Tensor]:
    """A rounding kernel, which leaves integers as they are."""

    def op(x: Tensor) -> Tensor:
        return kernel(x) if _is_float(x) else x

    return op


def _is_float(x: Tensor) -> bool:
    return jnp.issubdtype(x.dtype, jnp.floating)


def _is_bool(x: Tensor) -> bool:
    return x.dtype == bool


# -- arithmetic


@_of_alike
def add(x1: Tensor, x2: Tensor) -> Tensor:
    return (lax.bitwise_or if _is_bool(x1) else lax.add)(x1, x2)


subtract = _binary(lax.sub)


@_of_alike
def multiply(x1: Tensor, x2: Tensor) -> Tensor:
    return (lax.bitwise_and if _is_bool(x1) else lax.mul)(x1, x2)


divide = _binary(lax.div)
floor_divide = _binary(jnp.floor_divide)
mod = _binary(jnp.mod)


@_of_alike
def power(x1: Tensor, x2: Tensor) -> Tensor:
    return (lax.pow if _is_float(x1) else jnp.power)(x1, x2)


negative = _unary(lax.neg)


def abs(x: Tensor) -> Tensor:
    if _is_float(x):
        return lax.mul(x, lax.sign(x))  # whose gradient at 0 is 0, where that of lax.abs is 1
    return lax.abs(x) if jnp.issubdtype(x.dtype, jnp.signedinteger) or jnp.iscomplexobj(x) else x


def sign(x: Tensor) -> Tensor:
    return x if _is_bool(x) else lax.sign(x)


def square(x: Tensor) -> Tensor:
    return x if _is_bool(x) else lax.square(x)


maximum = _binary(lax.max)
minimum = _binary(lax.min)


# -- exponentials, roots, trigonometric functions

exp = _unary(lax.exp)
expm1 = _unary(lax.expm1)
log = _unary(lax.log)
log1p = _unary(lax.log1p)
sqrt = _unary(lax.sqrt)
rsqrt = _unary(lax.rsqrt)
sin = _unary(lax.sin)
cos = _unary(lax.cos)
tan = _unary(lax.tan)
arcsin = _unary(lax.asin)
arccos = _unary(lax.acos)
arctan = _unary(lax.atan)
arctan2 = _binary(lax.atan2)
sinh = _unary(lax.sinh)
cosh = _unary(lax.cosh)
tanh = _unary(lax.tanh)
arcsinh = _unary(lax.asinh)
arccosh = _unary(lax.acosh)
arctanh = _unary(lax.atanh)
erf = _unary(lax.erf)
erfc = _unary(lax.erfc)
isnan = _unary(jnp.isnan)
isinf = _unary(jnp.isinf)
isfinite = _unary(lax.is_finite)
floor = _whole(lax.floor)
ceil = _whole(lax.ceil)


def round(x: Tensor, decimals: int = 0) -> Tensor:
    if _is_float(x):
        whole = lax.round(x if decimals == 0 else x * 10.0**decimals, lax.RoundingMethod.TO_NEAREST_EVEN)
        return whole if decimals == 0 else whole / 10.0**decimals
    if decimals >= 0 or _is_bool(x):
        return x
    tens = lax.round(lax.convert_element_type(x, "float64") / 10.0**-decimals, lax.RoundingMethod.TO_NEAREST_EVEN)
    return lax.convert_element_type(tens * 10.0**-decimals, x.dtype)


# -- comparison and logic

equal = _binary(lax.eq)
not_equal = _binary(lax.ne)
less = _binary(lax.lt)
less_equal = _binary(lax.le)
greater = _binary(lax.gt)
greater_equal = _binary(lax.ge)
logical_and = _binary(lax.bitwise_and)
logical_or = _binary(lax.bitwise_or)
logical_not = _unary(lax.bitwise_not)
bitwise_invert = _unary(lax.bitwise_not)


bitwise_and = _binary(lax.bitwise_and)
bitwise_or = _binary(lax.bitwise_or)
bitwise_xor = _binary(lax.bitwise_xor)
bitwise_left_shift = _binary(lax.shift_left)


@_of_alike
def bitwise_right_shift(x: Tensor, y: Tensor) -> Tensor:
    unsigned = dtypes.standardize(x.dtype) in dtypes.UNSIGNED
    return (lax.shift_right_logical if unsigned else lax.shift_right_arithmetic)(x, y)


# -- dtype, choice, gradient


def cast(x: Tensor, dtype: DType) -> Tensor:
    return lax.convert_element_type(x, dtypes.numpy_dtype(dtype))


@_of_alike
def where(condition: Tensor, x1: Tensor, x2: Tensor) -> Tensor:
    return lax.select(condition, x1, x2)


def print_tensor(x: Tensor, message: str = "", summarize: int = 3) -> Tensor:
    jax.debug.callback(functools.partial(print_array, message, summarize), x)
    return x


def stop_gradient(variable: Tensor) -> Tensor:
    return lax.stop_gradient(variable)
