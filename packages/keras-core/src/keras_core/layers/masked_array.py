"""NumPy's arrays with a mask, for backends whose tensors are arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np

from keras_core.graph.nested import map_nested

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import TensorTree


def masked(array: np.ndarray, mask: TensorTree) -> MaskedArray:
    """A view of an array that has `mask` as its attribute `_keras_mask`."""
    found = array.view(MaskedArray)
    found._keras_mask = mask
    return found


def _plain(value: Any) -> Any:
    return np.asarray(value) if isinstance(value, MaskedArray) else value


def _of_plain(name: str) -> Callable[..., Any]:
    """The method of a plain array."""

    def method(self: np.ndarray, *args: Any, **kwargs: Any) -> Any:
        return getattr(np.asarray(self), name)(*args, **kwargs)

    method.__name__ = name
    return method


class MaskedArray(np.ndarray):
    """What a layer gives to its caller where its output has a mask: an array, with the attribute `_keras_mask`.

    Only this very object has the mask: what is computed, sliced, copied or unpickled from it is a plain array.

    Example:
        >>> import numpy as np
        >>> from keras_core.layers.masked_array import masked
        >>> array = masked(np.zeros((1, 2)), np.array([[True, False]]))
        >>> array._keras_mask.tolist(), type(array + 1).__name__, type(array[0]).__name__
        ([[True, False]], 'ndarray', 'ndarray')
    """

    _keras_mask: TensorTree

    def __array_wrap__(self, array: np.ndarray, context: Any = None, return_scalar: bool = False) -> Any:
        return np.asarray(array)[()] if return_scalar else np.asarray(array)

    def __array_function__(self, func: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        args, kwargs = map_nested(_plain, (tuple(args), dict(kwargs)))
        return func(*args, **kwargs)

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return np.asarray(self).__reduce_ex__(protocol)

    __getitem__ = _of_plain("__getitem__")
    __copy__ = _of_plain("__copy__")
    __deepcopy__ = _of_plain("__deepcopy__")
    __repr__ = _of_plain("__repr__")
    astype = _of_plain("astype")
    copy = _of_plain("copy")
    diagonal = _of_plain("diagonal")
    flatten = _of_plain("flatten")
    ravel = _of_plain("ravel")
    repeat = _of_plain("repeat")
    reshape = _of_plain("reshape")
    squeeze = _of_plain("squeeze")
    swapaxes = _of_plain("swapaxes")
    take = _of_plain("take")
    transpose = _of_plain("transpose")

    @property
    def T(self) -> np.ndarray:  # type: ignore[override]
        return np.asarray(self).T
