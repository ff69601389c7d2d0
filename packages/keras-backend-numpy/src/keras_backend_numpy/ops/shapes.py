"""Shapes and axes as NumPy's functions take them."""

from __future__ import annotations

from typing import Any

import numpy as np


def sizes(shape: Any) -> tuple[int, ...]:
    """A shape as ints; it may hold scalar arrays or be an array."""
    return (int(shape),) if np.ndim(shape) == 0 else tuple(int(size) for size in shape)


def axes(axis: Any) -> Any:
    """Axes with a tuple in the place of a list."""
    return tuple(axis) if isinstance(axis, list) else axis
