"""Elementwise arithmetic, functions and comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytensor.gradient
import pytensor.tensor as pt

from keras_backend_theano.custom_ops.callback import PureCallback
from keras_backend_theano.custom_ops.printed import Printed
from keras_backend_theano.symbolic import numpy_dtype, tensor

if TYPE_CHECKING:
    from collections.abc import Callable


def _on_tensors(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of PyTensor whose arguments may be arrays."""
    return lambda *values: function(*map(tensor, values))


def _on_integers(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A NumPy function of two integer tensors for which PyTensor has no Op."""

    def run(x: Any, y: Any) -> Any:
        x, y = tensor(x), tensor(y)
        return PureCallback(function, (name,), [(x.type.dtype, pt.add(x, y).type.shape)])(x, y)

    return run


maximum = _on_tensors(pt.maximum)
minimum = _on_tensors(pt.minimum)
exp = _on_tensors(pt.exp)
expm1 = _on_tensors(pt.expm1)
log = _on_tensors(pt.log)
log1p = _on_tensors(pt.log1p)
sqrt = _on_tensors(pt.sqrt)
erf = _on_tensors(pt.erf)
isnan = _on_tensors(pt.isnan)
isinf = _on_tensors(pt.isinf)
sin = _on_tensors(pt.sin)
cos = _on_tensors(pt.cos)
tan = _on_tensors(pt.tan)
arcsin = _on_tensors(pt.arcsin)
arccos = _on_tensors(pt.arccos)
arctan = _on_tensors(pt.arctan)
arctan2 = _on_tensors(pt.arctan2)
sinh = _on_tensors(pt.sinh)
cosh = _on_tensors(pt.cosh)
tanh = _on_tensors(pt.tanh)
arcsinh = _on_tensors(pt.arcsinh)
arccosh = _on_tensors(pt.arccosh)
arctanh = _on_tensors(pt.arctanh)
divide = _on_tensors(pt.true_div)
floor_divide = _on_tensors(pt.int_div)
mod = _on_tensors(pt.mod)
power = _on_tensors(pt.pow)
abs = _on_tensors(pt.abs)
sign = _on_tensors(pt.sign)
equal = _on_tensors(pt.eq)
less = _on_tensors(pt.lt)
less_equal = _on_tensors(pt.le)
logical_and = _on_tensors(pt.and_)
logical_or = _on_tensors(pt.or_)
logical_not = _on_tensors(pt.invert)
bitwise_and = _on_tensors(pt.and_)
bitwise_or = _on_tensors(pt.or_)
bitwise_xor = _on_tensors(pt.xor)
bitwise_invert = _on_tensors(pt.invert)
bitwise_left_shift = _on_integers("bitwise_left_shift", np.left_shift)
bitwise_right_shift = _on_integers("bitwise_right_shift", np.right_shift)


def print_tensor(x: Any, message: str = "", summarize: int = 3) -> Any:
    return Printed(message, summarize)(x)


def stop_gradient(variable: Any) -> Any:
    return pytensor.gradient.disconnected_grad(variable)


def add(x1: Any, x2: Any) -> Any:
    x1, x2 = tensor(x1), tensor(x2)
    return pt.or_(x1, x2) if x1.type.dtype == "bool" else pt.add(x1, x2)


def subtract(x1: Any, x2: Any) -> Any:
    return pt.sub(tensor(x1), tensor(x2))


def multiply(x1: Any, x2: Any) -> Any:
    x1, x2 = tensor(x1), tensor(x2)
    return pt.and_(x1, x2) if x1.type.dtype == "bool" else pt.mul(x1, x2)


def negative(x: Any) -> Any:
    return pt.neg(x)


def floor(x: Any) -> Any:
    return pt.floor(x) if x.type.dtype.startswith("float") else x


def ceil(x: Any) -> Any:
    return pt.ceil(x) if x.type.dtype.startswith("float") else x


def round(x: Any, decimals: int = 0) -> Any:
    if not x.type.dtype.startswith("float"):
        return x
    if decimals == 0:
        return pt.round(x, mode="half_to_even")
    factor = np.asarray(10.0**decimals, x.type.dtype)
    return pt.round(x * factor, mode="half_to_even") / factor


def cast(x: Any, dtype: Any) -> Any:
    name = numpy_dtype(dtype).name
    if x.type.dtype == name:
        return x
    return pt.neq(x, 0) if name == "bool" else pt.cast(x, name)


def where(condition: Any, x1: Any, x2: Any) -> Any:
    return pt.switch(tensor(condition), tensor(x1), tensor(x2))
