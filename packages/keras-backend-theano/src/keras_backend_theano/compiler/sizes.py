"""How large arrays are taken to be when code is generated, before their sizes are known."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGE = 1 << 14
"""Elements from which memory traffic outweighs the cost of a call."""
BATCH = 32
"""What an unknown size is taken for."""


def assumed_sizes(shape: Iterable[int | None]) -> list[int]:
    """A static shape with numbers for unknown sizes."""
    return [BATCH if size is None else size for size in shape]


def assumed_size(shape: Iterable[int | None]) -> int:
    """Number of elements of a static shape."""
    return prod(assumed_sizes(shape))
