"""Storage of variables, and writes of which all or none happen."""

from __future__ import annotations

import math
import sys
import threading
from collections import deque
from itertools import chain, compress, repeat
from operator import attrgetter, call
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from keras_core.staging.row_updates import RowUpdate
    from keras_core.typing import Tensor

LARGE_TABLE = 2**16
"""Elements from which a step of the rows that were read is faster than one of the whole variable.

Measured for 32 texts of 20 words, SGD, in turns: 0.3 to 1.0 of its time at this size, 0.05 to 0.4 at 64 times as many.
"""

#: Bytes; what vectorized kernels of every framework ask for.
ALIGNMENT = 64

#: Held while a step writes into tensors of cells, which are empty meanwhile.
UPDATING = threading.RLock()

#: Raised at the beginning and at the end of such a step, so that readers of many cells see whether there was one.
_turns = [0]


class Cell:
    """Storage of a variable: the tensor that it holds, replaced as a whole.

    It is written into by `update_tables` only, where nothing else refers to it. Meanwhile the cell is empty, and
    readers in other threads wait until it is filled.

    Args:
        value: the first value.
        name: the variable's, for messages.
    """

    __slots__ = ("name", "value")

    def __init__(self, value: Tensor, name: str) -> None:
        self.value = value
        self.name = name

    def __getattr__(self, name: str) -> Tensor:
        """The value of a cell that was found empty, as soon as it is filled."""
        if name != "value":
            raise AttributeError(f"A cell has no attribute {name!r}.")
        with UPDATING:
            return _SLOT.__get__(self)


_SLOT: Any = vars(Cell)["value"]
_value = attrgetter("value")

fill: Callable[[Cell, Tensor], None] = _SLOT.__set__
"""Put a tensor into a cell, with no Python code in between."""

empty: Callable[[Cell], None] = _SLOT.__delete__
"""Take the tensor out of a cell."""


def values_of(cells: Sequence[Cell]) -> list[Tensor]:
    """What all cells hold at one moment: no other thread's `replace` or `update_tables` happens in between."""
    while True:
        before = _turns[0]
        found = list(map(_value, cells))
        if _turns[0] == before:
            return found


def replace(cells: Sequence[Cell], values: Sequence[Tensor]) -> list[Tensor]:
    """Put new values into all cells.

    One call of a C function does it, between two instructions of Python, so that neither Ctrl-C nor another thread
    acts halfway. The old values are held meanwhile, since freeing one lets other threads run.

    Args:
        cells: where to put the values.
        values: one for each cell.

    Returns:
        The old values.

    Example:
        >>> a, b = Cell(1, "a"), Cell(2, "b")
        >>> replace([a, b], [3, 4]), values_of([a, b])
        ([1, 2], [3, 4])
    """
    held = values_of(cells)
    deque(map(setattr, cells, repeat("value"), values), maxlen=0)
    return held


def unshared(tensors: list[Any]) -> list[bool]:
    """For each tensor whether nothing refers to it but this list."""
    return [count == _ALONE for count in _reference_counts(tensors)]


def _reference_counts(tensors: list[Any]) -> list[int]:
    return [sys.getrefcount(one) for one in tensors]


(_ALONE,) = _reference_counts([object()])


def update_tables(
    tables: Sequence[Cell],
    change: Callable[[list[Tensor]], tuple[Sequence[Callable[[], Any]], Iterable[Tensor]]],
    others: Sequence[Cell] = (),
    values: Sequence[Tensor] = (),
) -> list[Tensor]:
    """Write into the tensors of some cells and put new ones into others, so that nobody sees a part of it.

    What `change` prepares should not be able to fail. It is run by C functions, between two instructions of Python, so
    that Ctrl-C does not act halfway; other threads that read the tables meanwhile wait.

    Args:
        tables: cells whose tensors are written into.
        change: given these tensors, which the cells do not hold at that time (see `unshared`), returns calls to be
            made, and the tensors for the cells to hold, in order. If these are made one by one, calls come first.
        others: cells whose tensors are replaced.
        values: one for each of them.

    Returns:
        The old values of the others.

    Example:
        >>> from functools import partial
        >>> table, total = Cell([1, 2], "table"), Cell(0, "total")
        >>> _ = update_tables([table], lambda lists: ([partial(lists[0].append, 3)], lists), [total], [6])
        >>> table.value, total.value
        ([1, 2, 3], 6)
    """
    with UPDATING:
        held, old = values_of(others), values_of(tables)
        _turns[0] += 1
        try:
            deque(map(empty, tables), maxlen=0)
            calls, new = change(old)
            made = compress(map(call, calls), repeat(False))
            deque(map(fill, [*tables, *others], chain(made, new, values)), maxlen=0)
        except BaseException:
            deque(map(fill, tables, old), maxlen=0)
            raise
        finally:
            _turns[0] += 1
    return held


def changes_of(updates: Iterable[RowUpdate]) -> list[Tensor]:
    """What a program that ends with row updates gives for them: indices and values of each, in turn.

    Args:
        updates: the row updates.
    """
    return [part for update in updates for part in (update.indices, update.values)]


def changes_by_table(tables: Sequence[Any], changes: Sequence[Any]) -> Iterator[tuple[Any, Any, Any]]:
    """Each table with its changes: (table, indices (rows,), values (rows, ...)).

    Args:
        tables: arrays or tensors.
        changes: what `changes_of` made of the tables' row updates.

    Example:
        >>> import numpy as np
        >>> table, places, values = np.zeros((4, 2)), np.array([[0, 3]]), np.ones((1, 2, 2))
        >>> [[part.shape for part in parts] for parts in changes_by_table([table], [places, values])]
        [[(4, 2), (2,), (2, 2)]]
    """
    for table, indices, values in zip(tables, changes[::2], changes[1::2], strict=True):
        yield table, indices.reshape(-1), values.reshape(-1, *table.shape[1:])


def check_cells(pairs: Sequence[tuple[Cell, Any]]) -> None:
    """Refuse values of another shape or dtype than the cells hold.

    Args:
        pairs: a cell and what it is to hold, tensors with ``shape`` and ``dtype``.

    Raises:
        ValueError: for the first value that does not fit.
    """
    for cell, value in pairs:
        held = cell.value
        if value.shape != held.shape or value.dtype != held.dtype:
            raise cannot_assign(cell.name, held, value)


def refuse_traced(pairs: Sequence[tuple[Cell, Any]], is_traced: Callable[[Any], bool], tracing: str) -> None:
    """Refuse values that exist only while the framework traces a function of the user's.

    Args:
        pairs: a cell and what it is to hold.
        is_traced: whether a value is one of such a function.
        tracing: by which functions of the framework it is traced, for the message.

    Raises:
        RuntimeError: for the first of them; it names the variable.
    """
    for cell, value in pairs:
        if is_traced(value):
            raise RuntimeError(
                f"Variable {cell.name!r} is assigned in a function that is traced by {tracing}, where values do not "
                "outlast the tracing; nothing was assigned. Let the function return the new value and assign it "
                "outside. A random draw in such a function needs a seed of its own: an int, or a key that the function "
                "takes as an argument."
            )


def cannot_assign(name: str, held: object, value: object) -> ValueError:
    """The error for a value that does not fit a variable.

    Args:
        name: of the variable.
        held: a tensor of the variable's shape and dtype.
        value: the tensor that does not fit.
    """
    return ValueError(f"Variable {name!r} holds {_described(held)} and cannot be assigned {_described(value)}.")


def _described(tensor: Any) -> str:
    dtype = getattr(tensor.dtype, "name", tensor.dtype)
    return f"a value of shape {tuple(tensor.shape)} and dtype {dtype}"


def assign_all(
    pairs: Sequence[tuple[Any, Tensor]], read: Callable[[Any], Tensor], assign: Callable[[Any, Tensor], Any]
) -> None:
    """Assign several variables of a framework; if one assignment fails, undo those before.

    Args:
        pairs: the framework's storage and the new value.
        read: gives the value that a storage holds, which a later assignment must not change.
        assign: puts a value into a storage.
    """
    old = [(storage, read(storage)) for storage, _ in pairs] if len(pairs) > 1 else []
    try:
        for storage, value in pairs:
            assign(storage, value)
    except BaseException:
        for storage, value in old:
            assign(storage, value)
        raise


def aligned_array(shape: Sequence[int], dtype: Any) -> np.ndarray:
    """An array whose numbers are not set yet, in memory that every framework on a CPU can use as it is.

    Args:
        shape: of the array.
        dtype: of NumPy.

    Example:
        >>> aligned_array((3, 5), "float32").ctypes.data % 64
        0
    """
    kind = np.dtype(dtype)
    size = math.prod(shape) * kind.itemsize
    memory = np.empty(size + ALIGNMENT - 1, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    found: np.ndarray = memory[start : start + size].view(kind).reshape(shape)
    return found


def read_only(array: np.ndarray) -> np.ndarray:
    """`array` itself, made read-only, so that nobody changes a variable through it."""
    array.flags.writeable = False
    return array
