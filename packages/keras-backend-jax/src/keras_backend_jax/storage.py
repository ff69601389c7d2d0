"""Arrays made from NumPy's, and storage of variables: cells whose arrays are replaced all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np
from keras_core import dtypes
from keras_core.backend import toolkit
from keras_core.backend.toolkit import check_cells, default_dtype, refuse_traced, replace

from keras_backend_jax import devices
from keras_backend_jax.distribution import from_parts, put, whole
from keras_backend_jax.framework import adopted, copied, is_traced

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jax.sharding import NamedSharding
    from keras_core.typing import Tensor


class Cell(toolkit.Cell):
    """Storage of a variable, which knows whether somebody may share the memory of its array.

    Args:
        value: the first value.
        name: the variable's, for messages.
        sharding: how its values lie on several devices; None for one.

    """

    __slots__ = ("_lent", "sharding")

    def __init__(self, value: Tensor, name: str, sharding: NamedSharding | None = None) -> None:
        super().__init__(value, name)
        self._lent: Callable[[], Tensor | None] | None = None
        self.sharding = sharding

    def lend(self) -> Tensor:
        """The value, for anybody."""
        value = self.value
        self.share(value)
        return value

    def share(self, value: Tensor) -> None:
        """Note that an array, which the cell holds or will hold, was given to, or came from, somebody else.

        References to the array can be counted; those to other arrays in its memory, such as its shards, cannot.
        """
        self._lent = ref(value)

    def is_lent(self, value: Tensor) -> bool:
        """Whether this very array is shared."""
        return self._lent is not None and self._lent() is value


def from_array(value: Any, dtype: str | None) -> Tensor:
    """An array, or what NumPy takes for one, as an array of JAX on the chosen device.

    Args:
        value: array or nested list of numbers.
        dtype: name of the result's dtype; that of `value` by default, int32 or floatx for Python numbers.

    Raises:
        ValueError: for strings.
    """
    array = np.asarray(value)
    if dtype is None:
        dtype = default_dtype(value, array)
    if array.dtype.kind == "O" and not any(isinstance(one, (str, bytes)) for one in array.flat):
        raise ValueError(f"A tensor is made of numbers, got {value!r} of type {type(value).__name__}.")
    if dtype == "string" or array.dtype.kind in "OUS":
        raise ValueError(f"JAX has no string tensors; got {value!r}. Keep strings in NumPy arrays, outside the model.")
    return _placed(array if dtype is None else array.astype(dtypes.numpy_dtype(dtype), copy=False))


def _placed(array: np.ndarray, put: Callable[[np.ndarray, Any, bool], Tensor] = copied) -> Tensor:
    """A copy on the device of the scope, or on the one that JAX would choose."""
    chosen = devices.chosen()
    return put(array, chosen or devices.default(), chosen is not None)


def create(value: np.ndarray, name: str) -> Cell:
    """A cell that begins with a copy of `value`.

    Args:
        value: what it holds at first.
        name: the variable's, for messages.
    """
    return Cell(_placed(value), name)


def create_laid_out(value: np.ndarray, name: str, sharding: NamedSharding) -> Cell:
    """A cell that begins with a copy of `value`, in parts on several devices.

    Args:
        value: what it holds at first.
        name: the variable's, for messages.
        sharding: where the parts are.
    """
    return Cell(from_parts(value, sharding), name, sharding)


def lay_out(cell: Cell, sharding: NamedSharding | None) -> None:
    """Put what a cell holds elsewhere, with all that it will hold.

    Args:
        cell: the storage.
        sharding: where the parts are; None for one device.
    """
    value = cell.value
    new = _placed(whole(value)) if sharding is None else put(value, sharding)
    cell.sharding = sharding
    replace([cell], [new])


def write(pairs: Sequence[tuple[Cell, Tensor]]) -> None:
    """Put an array into each cell, all or (on failure) none.

    Raises:
        ValueError: when an array has another shape or dtype than its cell; nothing is written then.
        RuntimeError: for an array of a function that the user lets JAX trace; nothing is written then.
    """
    check_cells(pairs)
    refuse_traced(pairs, is_traced, "jax.jit, jax.grad, jax.vmap or the like")
    values = [value if cell.sharding is None else put(value, cell.sharding) for cell, value in pairs]
    for (cell, _), value in zip(pairs, values, strict=True):
        cell.share(value)
    replace([cell for cell, _ in pairs], values)


def adopt(cell: Cell, array: np.ndarray) -> None:
    """Put an array that nothing else refers to into a cell.

    Raises:
        ValueError: when it has another shape or dtype than the cell.
    """
    value = _placed(array, adopted)
    check_cells([(cell, value)])
    replace([cell], [value if cell.sharding is None else put(value, cell.sharding)])
