"""Storage of variables: cells whose arrays are replaced all at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import repeat
from operator import attrgetter

from keras_core.typing import Tensor


class Cell:
    """Holds the array that a variable has now."""

    __slots__ = ("name", "value")

    def __init__(self, value: Tensor, name: str) -> None:
        self.value = value
        self.name = name


_value = attrgetter("value")


def values_of(cells: Sequence[Cell]) -> list[Tensor]:
    """What all cells hold at one moment: no other thread's `replace` comes in between."""
    return list(map(_value, cells))


def replace(cells: Sequence[Cell], values: Sequence[Tensor]) -> list[Tensor]:
    """Put new arrays into all cells; the old ones.

    One call of a C function does it, between two instructions of Python: neither Ctrl-C nor another thread acts
    halfway. The old arrays are held meanwhile, since freeing one lets other threads run.
    """
    held = values_of(cells)
    deque(map(setattr, cells, repeat("value"), values), maxlen=0)
    return held
