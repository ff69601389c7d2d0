"""Arithmetic, functions and comparisons, element by element."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytensor.gradient
import pytensor.tensor as pt

from keras_backend_theano.graph_ops.host import HostOp
from keras_backend_theano.symbolic import OPS, numpy_dtype, op, tensor

_SAME_NAME = (
    *("maximum", "minimum", "exp", "expm1", "log", "log1p", "sqrt", "erf", "isnan", "isinf"),
    *("sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2"),
    *("sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh"),
)
_RENAMED = {
    "divide": pt.true_div,
    "floor_divide": pt.int_div,
    "mod": pt.mod,
    "power": pt.pow,
    "abs": pt.abs,
    "sign": pt.sign,
    "equal": pt.eq,
    "less": pt.lt,
    "less_equal": pt.le,
    "logical_and": pt.and_,
    "logical_or": pt.or_,
    "logical_not": pt.invert,
    "bitwise_and": pt.and_,
    "bitwise_or": pt.or_,
    "bitwise_xor": pt.xor,
    "bitwise_invert": pt.invert,
}


def _elementwise(name: str, function: Any) -> None:
    def run(*values: Any) -> Any:
        return function(*map(tensor, values))

    run.__name__ = name
    op(run)


for _name in _SAME_NAME:
    _elementwise(_name, getattr(pt, _name))
for _name, _function in _RENAMED.items():
    _elementwise(_name, _function)


@op
def stop_gradient(variable: Any) -> Any:
    return pytensor.gradient.disconnected_grad(variable)


@op
def add(x1: Any, x2: Any) -> Any:
    x1, x2 = tensor(x1), tensor(x2)
    return pt.or_(x1, x2) if x1.type.dtype == "bool" else pt.add(x1, x2)


@op
def subtract(x1: Any, x2: Any) -> Any:
    return pt.sub(tensor(x1), tensor(x2))


@op
def multiply(x1: Any, x2: Any) -> Any:
    x1, x2 = tensor(x1), tensor(x2)
    return pt.and_(x1, x2) if x1.type.dtype == "bool" else pt.mul(x1, x2)


@op
def negative(x: Any) -> Any:
    return pt.neg(x)


@op
def floor(x: Any) -> Any:
    return pt.floor(x) if x.type.dtype.startswith("float") else x


@op
def ceil(x: Any) -> Any:
    return pt.ceil(x) if x.type.dtype.startswith("float") else x


@op
def round_(x: Any, decimals: int = 0) -> Any:
    if not x.type.dtype.startswith("float"):
        return x
    if decimals == 0:
        return pt.round(x, mode="half_to_even")
    factor = np.asarray(10.0**decimals, x.type.dtype)
    return pt.round(x * factor, mode="half_to_even") / factor


def _on_host(name: str, function: Any) -> None:
    """An integer function without a PyTensor Op."""

    def run(x: Any, y: Any) -> Any:
        x, y = tensor(x), tensor(y)
        like = pt.add(x, y)
        node = HostOp(function, (name,), [(x.type.dtype, like.type.shape)])
        return node(x, y)

    run.__name__ = name
    op(run)


_on_host("bitwise_left_shift", np.left_shift)
_on_host("bitwise_right_shift", np.right_shift)


@op
def cast(x: Any, dtype: Any) -> Any:
    name = numpy_dtype(dtype).name
    if x.type.dtype == name:
        return x
    return pt.neq(x, 0) if name == "bool" else pt.cast(x, name)


@op
def where(condition: Any, x1: Any, x2: Any) -> Any:
    return pt.switch(tensor(condition), tensor(x1), tensor(x2))


__all__ = ["OPS"]
