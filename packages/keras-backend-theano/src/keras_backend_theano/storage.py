"""Storage of variables: arrays that are replaced as a whole and never written into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


class Cell:
    """Storage of one variable.

    Attributes:
        value: the current array; read-only, so that nobody changes the variable through it.
        name: the variable's name, for debugging.
    """

    __slots__ = ("name", "value")

    def __init__(self, value: np.ndarray, name: str) -> None:
        self.value = value
        self.name = name


def create(value: Any, name: str) -> Cell:
    """Storage that begins with a copy of `value`."""
    return Cell(frozen(np.array(value)), name)


def write(pairs: Sequence[tuple[Cell, Any]]) -> None:
    """Replace the arrays by copies of new ones; all of them, or none.

    Raises:
        ValueError: when a new value has another shape or dtype than its variable.
    """
    new = [(cell, frozen(np.array(value))) for cell, value in pairs]
    for cell, value in new:
        if value.shape != cell.value.shape or value.dtype != cell.value.dtype:
            raise ValueError(
                f"A variable of shape {cell.value.shape} and dtype {cell.value.dtype} cannot be assigned "
                f"a value of shape {value.shape} and dtype {value.dtype}."
            )
    commit(new)


def frozen(value: np.ndarray) -> np.ndarray:
    """The array itself, read-only from now on."""
    value.flags.writeable = False
    return value


def commit(pairs: Sequence[tuple[Cell, np.ndarray]]) -> None:
    """Replace the arrays; if interrupted, put the old ones back."""
    old = [(cell, cell.value) for cell, _ in pairs]
    try:
        for cell, value in pairs:
            cell.value = value
    except BaseException:
        for cell, value in old:
            cell.value = value
        raise
