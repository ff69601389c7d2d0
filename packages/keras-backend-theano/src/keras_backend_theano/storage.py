"""Storage of variables: read-only arrays that are replaced as a whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.backend.toolkit import adopt_array as adopt
from keras_core.backend.toolkit import changes_by_table, unshared
from keras_core.backend.toolkit import create_array as create
from keras_core.backend.toolkit import write_arrays as write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


__all__ = ["adopt", "create", "with_rows", "write"]


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
