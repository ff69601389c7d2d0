"""NumPy's arrays as arguments of a `call` that users write: nothing that it does changes them.

The tensors of compiling frameworks keep their values, and ``x += y`` binds `x` to another one. Where tensors are
NumPy's arrays the same statement would write into what the caller, or another layer, still has.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from keras_core.graph.nested import leaves_of, map_nested
from keras_core.layers.masked_array import MaskedArray

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import TensorTree


def _rebinding(operation: Callable[[Any, Any], Any]) -> Callable[[np.ndarray, Any], Any]:
    """What an operator such as ``+=`` does: the result is another array."""

    def method(self: np.ndarray, other: Any) -> Any:
        return operation(np.asarray(self), other)

    return method


class LentArray(MaskedArray):
    """An array that cannot be written, and that operators such as ``+=`` replace.

    Example:
        >>> import numpy as np
        >>> from keras_core.layers.lent_arrays import lend
        >>> given = np.zeros(2)
        >>> x = lend(given)
        >>> x += 1
        >>> x.tolist(), given.tolist()
        ([1.0, 1.0], [0.0, 0.0])
    """

    original: np.ndarray

    __iadd__ = _rebinding(operator.add)
    __isub__ = _rebinding(operator.sub)
    __imul__ = _rebinding(operator.mul)
    __imatmul__ = _rebinding(operator.matmul)
    __itruediv__ = _rebinding(operator.truediv)
    __ifloordiv__ = _rebinding(operator.floordiv)
    __imod__ = _rebinding(operator.mod)
    __ipow__ = _rebinding(operator.pow)
    __iand__ = _rebinding(operator.and_)
    __ior__ = _rebinding(operator.or_)
    __ixor__ = _rebinding(operator.xor)

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise TypeError(
            "A part of a tensor cannot be assigned in call(). Use keras.ops.slice_update() or "
            "keras.ops.scatter_update(), which give another tensor."
        )


def lend(array: np.ndarray) -> LentArray:
    """A view of an array that cannot be written, with its mask if it has one."""
    lent = array.view(LentArray)
    lent.flags.writeable = False
    lent.original = array
    mask = getattr(array, "_keras_mask", None)
    if mask is not None:
        lent._keras_mask = mask
    return lent


def call_with_lent(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> TensorTree:
    """Call a function with arrays that it cannot write; those that it returns are the originals.

    Args:
        function: a layer's `call`.
        args: nested arguments.
        kwargs: nested arguments by name.
    """
    args, kwargs = map_nested(lambda leaf: lend(leaf) if isinstance(leaf, np.ndarray) else leaf, (args, kwargs))
    outputs = function(*args, **kwargs)
    if not any(isinstance(leaf, LentArray) for leaf in leaves_of(outputs)):
        return outputs
    return map_nested(lambda leaf: leaf.original if isinstance(leaf, LentArray) else leaf, outputs)
