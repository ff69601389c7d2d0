"""Storage of variables as read-only NumPy arrays that are replaced as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.backend.toolkit.storage import Cell, check_cells, read_only, replace

if TYPE_CHECKING:
    from collections.abc import Sequence


def create_array(value: Any, name: str) -> Cell:
    """Storage that begins with a copy of `value`.

    Args:
        value: the initial value.
        name: the variable's name, for messages.
    """
    return Cell(read_only(np.array(value)), name)


def write_arrays(pairs: Sequence[tuple[Cell, Any]]) -> None:
    """Replace the arrays by copies of new ones; all of them, or none.

    Args:
        pairs: cells and their new values.

    Raises:
        ValueError: when a new value has another shape or dtype than its variable.
    """
    new = [(cell, read_only(np.array(value))) for cell, value in pairs]
    check_cells(new)
    replace([cell for cell, _ in new], [value for _, value in new])


def adopt_array(cell: Cell, array: np.ndarray) -> None:
    """Replace the array by one that nothing else refers to.

    Args:
        cell: the variable's.
        array: the new one, which becomes read-only.

    Raises:
        ValueError: when it has another shape or dtype than the variable.
    """
    check_cells([(cell, array)])
    replace([cell], [read_only(array)])
