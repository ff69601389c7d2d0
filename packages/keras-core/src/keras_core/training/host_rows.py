"""Rows of data larger than memory, read when steps need them."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes, tree
from keras_core.training.data import as_array
from keras_core.training.data_budget import data_budget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.typing import TensorTree

_BLOCK_BYTES = 2**26
"""How much of a file is read at once where several rows of it are needed, ..."""

_SPARSELY = 16
"""... unless they are fewer than one in so many."""


class HostRows:
    """Rows of a data set in a file, a sparse matrix or a memory-mapped array, which are arrays when they are taken.

    Args:
        source: has a shape, and rows by slices and by increasing numbers; by any numbers where it has an attribute
            `any_order`.
        where: its name for messages.
        rows: which of its rows these are; all when None.

    Attributes:
        shape: of all rows.
        dtype: of what is taken.
    """

    def __init__(self, source: Any, where: str, rows: range | None = None) -> None:
        self._source = source.tocsr() if hasattr(source, "tocsr") else source
        self._where = where
        self._rows = range(source.shape[0]) if rows is None else rows
        self._any_order = isinstance(source, np.ndarray) or hasattr(source, "tocsr") or hasattr(source, "any_order")
        first = as_array(self._source[0:1], where)
        assert first is not None
        self.dtype = first.dtype
        self.shape: tuple[int, ...] = (len(self._rows), *first.shape[1:])

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def nbytes(self) -> int:
        """Bytes of all rows, if they were taken."""
        return prod(self.shape) * dtypes.itemsize(dtypes.standardize(self.dtype))

    def part(self, rows: slice) -> HostRows:
        """Some of the rows, which stay where they are."""
        return HostRows(self._source, self._where, self._rows[rows])

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        """Rows in the order asked for, as an array of the dtype that data have."""
        if isinstance(rows, slice):
            wanted = self._rows[rows]
            return self._array(slice(wanted.start, wanted.stop))
        numbers = np.asarray(rows, "int64") + self._rows.start
        if self._any_order:
            return self._array(numbers)
        unique, places = np.unique(numbers, return_inverse=True)
        found = np.empty((len(unique), *self.shape[1:]), self.dtype)
        for at, values in self._in_order(unique):
            found[at] = values
        return found[places]

    def _in_order(self, numbers: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
        """Increasing numbers' rows: where they belong, and what they hold."""
        block = max(1, _BLOCK_BYTES // max(1, self.nbytes // len(self)))
        start = 0
        while start < len(numbers):
            first = int(numbers[start])
            stop = int(np.searchsorted(numbers, first + block))
            chosen = numbers[start:stop]
            last = int(chosen[-1])
            if len(chosen) * _SPARSELY < last + 1 - first:
                values = self._array(chosen)
            else:
                values = self._array(slice(first, last + 1))[chosen - first]
            yield slice(start, stop), values
            start = stop

    def _array(self, rows: slice | np.ndarray) -> np.ndarray:
        array = as_array(self._source[rows], self._where)
        assert array is not None
        return np.asarray(array)


def rows_in_place(value: object, where: str) -> HostRows | None:
    """The rows of what would take more than the data budget as an array; None for what is one, or would fit."""
    in_file = (
        hasattr(value, "dtype")
        and not isinstance(value, np.ndarray)
        and (hasattr(value, "tocsr") or hasattr(value, "__getitem__"))
    )
    mapped = isinstance(value, np.memmap) and value.dtype.kind == "f"
    shape = getattr(value, "shape", ())
    if not (in_file or mapped) or hasattr(value, "iloc") or not isinstance(shape, tuple) or not shape or not shape[0]:
        return None
    if prod(shape) * 8 <= data_budget():  # at most 8 bytes each, once they are numbers
        return None
    rows = HostRows(value, where)
    return rows if rows.nbytes > data_budget() else None


def all_rows(data: TensorTree) -> TensorTree:
    """Nested data with `HostRows` taken whole."""
    return tree.map_structure(lambda leaf: leaf[:] if isinstance(leaf, HostRows) else leaf, data)
