"""Static shape and dtype of whatever an op takes: tensors, KerasTensors, Variables, arrays and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keras_core import config, dtypes
from keras_core.backend import discovery
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.staging.trace import active_trace
from keras_core.staging.variable import Variable

if TYPE_CHECKING:
    from keras_core.backend.protocol import Backend
    from keras_core.typing import ArrayLike, Shape


def dtype_of(x: ArrayLike) -> str:
    """Name of the dtype that `x` (tensor, KerasTensor, Variable, array or number) has as an op's argument."""
    trace = active_trace()
    return argument_dtype(x, trace.backend if trace is not None else None) or weak_dtype(x)


def shape_of(x: ArrayLike) -> Shape:
    """Static shape of a tensor, KerasTensor, Variable, array or number: ints, None where unknown."""
    if isinstance(x, (KerasTensor, Variable, np.ndarray, np.generic)):
        return tuple(x.shape)
    trace = active_trace()
    if trace is not None and trace.backend.is_tensor(x):
        return tuple(trace.backend.shape(x))
    found = discovery.owner(x)
    return tuple(found.shape(x)) if found is not None else np.shape(x)


def argument_dtype(value: ArrayLike, backend: Backend | None) -> str | None:
    """Dtype of a tensor, KerasTensor, Variable or array; None for Python numbers and lists of them."""
    if isinstance(value, (KerasTensor, Variable)):
        return value.dtype
    if isinstance(value, (np.ndarray, np.generic)):
        return dtypes.standardize(value.dtype)
    if backend is not None and backend.is_tensor(value) and not isinstance(value, (bool, int, float, list, tuple)):
        return backend.dtype(value)
    found = discovery.owner(value)
    return found.dtype(value) if found is not None else None


def weak_dtype(value: ArrayLike) -> str:
    """Dtype of a Python number or a list of them, which gives way to that of tensors."""
    while isinstance(value, (list, tuple)) and value:
        value = value[0]
    if isinstance(value, (bool, np.bool_)):
        return "bool"
    return "int32" if isinstance(value, (int, np.integer)) else config.floatx()
