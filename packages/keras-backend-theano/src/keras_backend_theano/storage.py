"""Storage of variables: read-only arrays that are replaced as a whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.backend.toolkit import Cell, changes_by_table, check_cells, read_only, replace, unshared

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def create(value: Any, name: str) -> Cell:
    """Storage that begins with a copy of `value`.

    Args:
        value: the initial value.
        name: the variable's name, for messages.
    """
    return Cell(read_only(np.array(value)), name)


def write(pairs: Sequence[tuple[Cell, Any]]) -> None:
    """Replace the arrays by copies of new ones; all of them, or none.

    Raises:
        ValueError: when a new value has another shape or dtype than its variable.
    """
    new = [(cell, read_only(np.array(value))) for cell, value in pairs]
    check_cells(new)
    replace([cell for cell, _ in new], [value for _, value in new])


def adopt(cell: Cell, array: np.ndarray) -> None:
    """Replace the array by one that nothing else refers to.

    Raises:
        ValueError: when it has another shape or dtype than the variable.
    """
    check_cells([(cell, array)])
    replace([cell], [read_only(array)])


def with_rows(
    old: list[np.ndarray], adds: Sequence[bool], changes: Sequence[np.ndarray]
) -> tuple[list[Callable[[], Any]], list[np.ndarray]]:
    """Calls that write rows into tables, and these, which are copies where something else refers to their memory.

    Args:
        old: the tables, which nothing refers to but this list and who holds their memory, see `update_tables`.
        adds: for each whether its new rows are added to what is there.
        changes: for each its rows and their values.
    """
    new = [one if mine and one.flags.owndata else np.array(one) for one, mine in zip(old, unshared(old), strict=True)]
    calls: list[Callable[[], Any]] = []
    for (table, places, values), added in zip(changes_by_table(new, changes), adds, strict=True):
        if added:
            places, values = _summed(places % len(table), values)
            with np.errstate(all="ignore"):  # as in programs
                values = values + table[places]
        table.flags.writeable = True
        calls += [partial(table.__setitem__, places, values), partial(table.setflags, write=False)]
    return calls, new


def _summed(places: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each row once, with the sum of its values."""
    order = np.argsort(places, kind="stable")
    places, values = places[order], values[order]
    begins = np.flatnonzero(np.concatenate([[True], places[1:] != places[:-1]])[: len(places)])
    with np.errstate(all="ignore"):
        return places[begins], np.add.reduceat(values, begins, axis=0) if len(begins) else values
