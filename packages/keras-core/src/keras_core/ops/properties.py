"""Static shape and dtype of whatever an op takes: tensors, KerasTensors, Variables, arrays and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import config, dtypes
from keras_core.backend import discovery
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.operand import Operand
from keras_core.staging.trace import active_trace
from keras_core.staging.variable import Variable

if TYPE_CHECKING:
    from keras_core.backend.protocol import Backend
    from keras_core.typing import ArrayLike, Shape, Tensor

PYTHON_VALUES = (bool, int, float, complex, list, tuple)
"""Numbers and lists, which are no tensors although NumPy takes them for such."""


def dtype_of(x: ArrayLike) -> str:
    """Name of the dtype that `x` (tensor, KerasTensor, Variable, array or number) has as an op's argument."""
    trace = active_trace()
    return argument_dtype(x, trace.backend if trace is not None else None) or weak_dtype(x)


def shape_of(x: ArrayLike) -> Shape:
    """Static shape of a tensor, KerasTensor, Variable, array or number: ints, None where unknown."""
    if isinstance(x, (KerasTensor, Variable, Operand, np.ndarray, np.generic)):
        return tuple(x.shape)
    trace = active_trace()
    if trace is not None and trace.backend.is_tensor(x):
        return tuple(trace.backend.shape(x))
    found = discovery.owner(x)
    return tuple(found.shape(x)) if found is not None else np.shape(x)


def argument_dtype(value: ArrayLike, backend: Backend | None) -> str | None:
    """Dtype of a tensor, KerasTensor, Variable or array; None for Python numbers and lists of them."""
    if isinstance(value, (KerasTensor, Variable, Operand)):
        return value.dtype
    if isinstance(value, (np.ndarray, np.generic)):
        return dtypes.standardize(value.dtype)
    if backend is not None and backend.is_tensor(value) and not isinstance(value, PYTHON_VALUES):
        return backend.dtype(value)
    found = discovery.owner(value)
    return found.dtype(value) if found is not None else None


def weak_dtype(value: ArrayLike) -> str:
    """Dtype of a Python number or a list of them, which gives way to that of tensors."""
    while isinstance(value, (list, tuple)) and value:
        value = value[0]
    if isinstance(value, (bool, np.bool_)):
        return "bool"
    if isinstance(value, (complex, np.complexfloating)):
        return dtypes.complex_of(config.floatx())
    return "int32" if isinstance(value, (int, np.integer)) else config.floatx()


def known_size(count: Tensor, op: str, argument: str) -> Any:
    """A size that values decide: an int where they are known, else the tensor, where a program may depend on it.

    Args:
        count: scalar int tensor.
        op: the op that asks, for the message.
        argument: the argument by which a user states the size.

    Raises:
        ValueError: in a program compiled for fixed shapes.
    """
    if isinstance(count, KerasTensor):
        return count
    trace = active_trace()
    backend = trace.backend if trace is not None else discovery.owner(count) or discovery.active()
    if is_known(count):
        return int(backend.numpy(count))
    if "static-shapes" in backend.capabilities:
        raise ValueError(
            f"{op}() got {argument}=None in a program that the {backend.name!r} backend compiles for fixed shapes, "
            f"while the result's length depends on values. Give {argument}=, or run eagerly."
        )
    return count


def is_known(x: ArrayLike) -> bool:
    """Whether a tensor has its values: it is neither symbolic nor an argument of a program being compiled."""
    if isinstance(x, KerasTensor):
        return False
    trace = active_trace()
    backend = trace.backend if trace is not None else discovery.owner(x) or discovery.active()
    return backend.is_concrete(x)
