"""Elementwise primitives."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from keras_core import dtypes
from keras_core.backend.toolkit import print_array

_erf = np.frompyfunc(math.erf, 1, 1)


def cast(x: Any, dtype: Any) -> Any:
    return np.asarray(x).astype(dtypes.numpy_dtype(dtype))


def erf(x: Any) -> Any:
    return np.asarray(_erf(np.asarray(x, "float64"))).astype(x.dtype)


def sign(x: Any) -> Any:
    return x if x.dtype == bool else np.sign(x)


def negative(x: Any) -> Any:
    return np.negative(x)


def round(x: Any, decimals: int = 0) -> Any:
    return x if x.dtype == bool else np.round(x, decimals).astype(x.dtype)


def print_tensor(x: Any, message: str = "", summarize: int = 3) -> Any:
    print_array(message, summarize, x)
    return x


def stop_gradient(variable: Any) -> Any:
    return variable


add = np.add
subtract = np.subtract
multiply = np.multiply
divide = np.divide
floor_divide = np.floor_divide
mod = np.mod
power = np.power
abs = np.abs
maximum = np.maximum
minimum = np.minimum
exp = np.exp
expm1 = np.expm1
log = np.log
log1p = np.log1p
sqrt = np.sqrt
sin = np.sin
cos = np.cos
tan = np.tan
arcsin = np.arcsin
arccos = np.arccos
arctan = np.arctan
arctan2 = np.arctan2
sinh = np.sinh
cosh = np.cosh
tanh = np.tanh
arcsinh = np.arcsinh
arccosh = np.arccosh
arctanh = np.arctanh
floor = np.floor
ceil = np.ceil
equal = np.equal
less = np.less
less_equal = np.less_equal
isnan = np.isnan
isinf = np.isinf
logical_and = np.logical_and
logical_or = np.logical_or
logical_not = np.logical_not
bitwise_and = np.bitwise_and
bitwise_or = np.bitwise_or
bitwise_xor = np.bitwise_xor
bitwise_invert = np.invert
bitwise_left_shift = np.left_shift
bitwise_right_shift = np.right_shift
where = np.where
