"""Rules for values of arguments, of those that are on the host."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.ops.properties import shape_of
from keras_core.ops.rules.shapes import axis_of

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def indices_in_range(x: Tensor, indices: Any, axis: int | None = None) -> None:
    """Refuse an index that the axis does not have.

    Args:
        x: what is indexed.
        indices: a number, nested lists of them or an array of NumPy; others are not looked at.
        axis: axis that they index; None for the flat tensor.

    Raises:
        IndexError: if there is one.
    """
    if not isinstance(indices, (int, list, tuple, np.ndarray)):
        return
    shape = shape_of(x) if hasattr(x, "shape") else np.shape(x)
    if axis is not None and not -len(shape) <= axis < len(shape):
        return
    sizes = shape if axis is None else (shape[axis_of(axis, len(shape))],)
    array = np.asarray(indices) if _is_numbers(indices) else None
    if None in sizes or array is None or not array.size or array.dtype.kind not in "iu":
        return
    size = math.prod(s for s in sizes if s is not None)
    low, high = int(array.min()), int(array.max())
    if low < -size or high >= size:
        place = "the flat tensor" if axis is None else f"axis {axis} of a tensor"
        raise IndexError(
            f"got index {low if low < -size else high}, expected indices from {-size} to {size - 1} for {place} of "
            f"shape {tuple(shape)}."
        )


def _is_numbers(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_numbers, value))
    return isinstance(value, (int, np.integer, np.ndarray))
