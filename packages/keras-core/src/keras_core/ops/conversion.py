"""Between Python, NumPy and tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import dtypes
from keras_core.backend import discovery
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.operand import Operand
from keras_core.ops.casting import as_tensor
from keras_core.ops.elementwise import cast
from keras_core.ops.properties import dtype_of
from keras_core.staging.trace import active_trace
from keras_core.staging.variable import Variable

if TYPE_CHECKING:
    import numpy as np

    from keras_core.typing import ArrayLike, DType, Tensor


def convert_to_tensor(
    x: ArrayLike, dtype: DType | None = None, sparse: bool | None = None, ragged: bool | None = None
) -> Tensor:
    """`x` as a tensor of the backend that runs now.

    Args:
        x: a number, nested list, array, tensor, Variable or Operand; a KerasTensor stays one.
        dtype: dtype wanted; that of `x` when None (Python floats become floatx, ints int32). Defaults to None.
        sparse: accepted for Keras 3; only dense tensors exist. Defaults to None.
        ragged: accepted for Keras 3; only dense tensors exist. Defaults to None.

    Raises:
        ValueError: if `sparse` or `ragged` is set.

    Example:
        >>> from keras_core import ops
        >>> ops.dtype(ops.convert_to_tensor([1, 2], "float32"))
        'float32'
    """
    if sparse or ragged:
        raise ValueError("convert_to_tensor() got sparse or ragged, but only dense tensors are supported.")
    name = None if dtype is None else dtypes.standardize(dtype)
    if isinstance(x, KerasTensor):
        return x if name in (None, x.dtype) else cast(x, name)
    if isinstance(x, (Variable, Operand)):
        x = x.value
    trace = active_trace()
    backend = trace.backend if trace is not None else discovery.owner(x) or discovery.active()
    return as_tensor(x, backend, name)


def array(x: ArrayLike, dtype: DType | None = None) -> Tensor:
    """Another name of `convert_to_tensor`.

    Args:
        x: as in `convert_to_tensor`.
        dtype: dtype of the result; None keeps that of `x`. Defaults to None.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.array([1, 2])).tolist()
        [1, 2]
    """
    return convert_to_tensor(x, dtype)


def convert_to_numpy(x: ArrayLike) -> np.ndarray:
    """`x` as a NumPy array that shares no memory with it.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.zeros((2,))).tolist()
        [0.0, 0.0]
    """
    return discovery.to_numpy(x.value if isinstance(x, Operand) else x)


def is_tensor(x: object) -> bool:
    """Whether `x` is a tensor of the active backend, or a KerasTensor.

    Example:
        >>> from keras_core import ops
        >>> ops.is_tensor(ops.ones((2,))), ops.is_tensor([1.0])
        (True, False)
    """
    return isinstance(x, KerasTensor) or discovery.owner(x) is not None or discovery.active().is_tensor(x)


def dtype(x: Tensor) -> str:
    """Name of the dtype, such as "float32".

    Example:
        >>> from keras_core import ops
        >>> ops.dtype(ops.ones((2,)))
        'float32'
    """
    return dtype_of(x)
