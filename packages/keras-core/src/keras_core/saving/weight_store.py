"""What `load_own_variables` gets: arrays by name, whose shapes a file tells before they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.staging.variable import Variable


def shape_in(store: Mapping[str, Any], name: str) -> tuple[int, ...]:
    """The shape of an array, which is not read where the store is a file.

    Args:
        store: arrays by name.
        name: of the array.
    """
    found: tuple[int, ...] = store.shape(name) if hasattr(store, "shape") else np.shape(store[name])
    return tuple(found)


def fill(variable: Variable, store: Mapping[str, Any], name: str) -> None:
    """Put an array into a variable; one that was just read from a file becomes the variable's, without a copy.

    Args:
        variable: the variable.
        store: arrays by name.
        name: of the array.

    Raises:
        ValueError: for another shape than the variable's.
    """
    array = store[name]
    if getattr(store, "reads_arrays", False) and isinstance(array, np.ndarray):
        variable.adopt(array)
    else:
        variable.assign(np.asarray(array))


def sorted_names(store: Mapping[str, Any]) -> list[str]:
    """The names of a store, "0", "1", ..., in the order of their numbers."""
    return sorted(store.keys(), key=int)


class ChosenArrays(Mapping[str, Any]):
    """Some of the arrays of a store, and others, by the names "0", "1", ...

    Args:
        store: arrays by name.
        items: names of arrays in the store, or arrays.

    Example:
        >>> chosen = ChosenArrays({"0": [1.0], "1": [2.0, 3.0]}, ["1", np.zeros((2, 2))])
        >>> chosen["0"], shape_in(chosen, "1"), list(chosen)
        ([2.0, 3.0], (2, 2), ['0', '1'])
    """

    def __init__(self, store: Mapping[str, Any], items: Sequence[Any]) -> None:
        self._store = store
        self._items = {str(number): item for number, item in enumerate(items)}
        self.reads_arrays = getattr(store, "reads_arrays", False)

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __getitem__(self, name: str) -> Any:
        item = self._items[name]
        return self._store[item] if isinstance(item, str) else item

    def shape(self, name: str) -> tuple[int, ...]:
        """Shape of an array."""
        item = self._items[name]
        return shape_in(self._store, item) if isinstance(item, str) else np.shape(item)
