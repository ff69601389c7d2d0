"""Symbolic values of PyTensor, which exist only while a function is staged, and arrays, which exist always."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytensor.tensor as pt
from keras_core import Spec, dtypes
from pytensor.graph.basic import Variable
from pytensor.tensor.type import TensorType

UNSUPPORTED = ("bfloat16", "float8_e4m3fn", "float8_e5m2", "string")


def is_symbolic(value: Any) -> bool:
    """Whether `value` is a PyTensor variable, or a list, tuple or slice that holds one."""
    if isinstance(value, Variable):
        return True
    if isinstance(value, (list, tuple)):
        return any(map(is_symbolic, value))
    if isinstance(value, slice):
        return any(map(is_symbolic, (value.start, value.stop, value.step)))
    return False


def tensor(value: Any, dtype: str | None = None) -> Any:
    """`value` as a PyTensor variable.

    Args:
        value: a PyTensor variable, an array or a number.
        dtype: the variable's dtype; that of `value` if None.

    Raises:
        TypeError: for a dtype that PyTensor does not have.
    """
    if isinstance(value, Variable):
        return value if dtype is None or value.type.dtype == dtype else pt.cast(value, dtype)
    return pt.as_tensor_variable(np.asarray(value, None if dtype is None else numpy_dtype(dtype)))


def placeholder(spec: Spec) -> Variable:
    """A fresh input of a graph, with the dtype and static shape of `spec`."""
    return TensorType(numpy_dtype(spec.dtype).name, shape=tuple(spec.shape))()


def input_like(variable: Variable, dtype: str | None = None) -> Variable:
    """A fresh input of a graph, with the static shape of a PyTensor variable.

    Args:
        variable: whose shape it has.
        dtype: its dtype; the variable's if None.
    """
    return TensorType(dtype or variable.type.dtype, shape=variable.type.shape)()


def is_float(variable: Variable) -> bool:
    """Whether the dtype of a PyTensor variable is a float, so that it can have a gradient."""
    return variable.type.dtype.startswith("float")


def numpy_dtype(dtype: Any) -> np.dtype:
    """The NumPy dtype of that name, if PyTensor has it.

    Raises:
        TypeError: for a dtype that PyTensor does not have.
    """
    name = dtypes.standardize(dtype)
    if name in UNSUPPORTED:
        raise TypeError(
            f"The 'theano' backend cannot compute in dtype {name!r}: PyTensor does not have it. "
            "Use float16, float32 or float64."
        )
    return np.dtype(name)
