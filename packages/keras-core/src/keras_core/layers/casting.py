"""Arguments of a layer's call in the dtype that it computes in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes
from keras_core.backend import discovery as backends
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.nested import map_nested
from keras_core.staging.variable import Variable

if TYPE_CHECKING:
    from keras_core.backend.protocol import Backend
    from keras_core.typing import TensorTree


def convert_arguments(value: TensorTree, backend: Backend, wanted: str | None, layer: str) -> TensorTree:
    """Concrete arguments as tensors of a backend: arrays converted, floats cast.

    Args:
        value: nested arguments.
        backend: whose tensors they become; those of another are refused.
        wanted: the dtype of floats, None to leave it as it is.
        layer: the layer's name, for messages.
    """

    def convert(leaf: Any) -> Any:
        if leaf is None or isinstance(leaf, (bool, int, float, str, Variable)) or callable(leaf):
            return leaf
        if backend.is_tensor(leaf):
            dtype = backend.dtype(leaf)
        elif isinstance(leaf, (np.ndarray, np.generic)):
            dtype = dtypes.standardize(leaf.dtype)
            return backend.tensor(leaf, wanted if wanted and dtypes.is_float(dtype) else dtype)
        else:
            backends.refuse_foreign(leaf, backend, f"a call of layer {layer!r}")
            return leaf
        if wanted and dtype != wanted and dtypes.is_float(dtype):
            return backend.ops["cast"](leaf, wanted)
        return leaf

    if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], list) and _is_numbers(value[0]):
        return (convert(np.asarray(value[0])),)
    return map_nested(convert, value)


def cast_symbols(value: TensorTree, dtype: str | None) -> TensorTree:
    """Symbolic arguments as `call` gets them: floats of the dtype that values would be cast to."""
    other: list[KerasTensor] = []

    def note(leaf: Any) -> None:
        if isinstance(leaf, KerasTensor) and leaf.dtype != dtype and dtypes.is_float(leaf.dtype):
            other.append(leaf)

    map_nested(note, value)
    if dtype is None or not other:
        return value
    return map_nested(lambda leaf: leaf if all(leaf is not one for one in other) else _view(leaf, dtype), value)


def _view(tensor: KerasTensor, dtype: str) -> KerasTensor:
    """The tensor in another dtype, with its mask."""
    view = KerasTensor(tensor.shape, dtype)
    view._keras_mask = tensor._keras_mask
    return view


def _is_numbers(value: Any) -> bool:
    while isinstance(value, (list, tuple)) and value:
        value = value[0]
    return isinstance(value, (int, float)) and not isinstance(value, bool)
