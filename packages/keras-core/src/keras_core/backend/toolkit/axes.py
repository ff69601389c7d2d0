"""Axes counted from the front, and keys of indexing with one part per axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from keras_core.typing import Axis


class AxisError(ValueError):
    """An axis that a tensor has not.

    Args:
        fault: what is wrong, without whose fault it is.
        who: what was called, as a message begins with it.
    """

    def __init__(self, fault: str, who: str = "") -> None:
        super().__init__(f"{who} {fault}" if who else fault)
        self.fault = fault


_UNSIGNED = {np.dtype(f"i{size}"): np.dtype(f"u{size}") for size in (1, 2, 4, 8)}


def all_below(indices: np.ndarray, size: int) -> bool:
    """Whether an array holds integers from 0 to ``size - 1`` only, found in one pass.

    Args:
        indices: the array.
        size: what all are to be below.

    Example:
        >>> import numpy as np
        >>> all_below(np.array([0, 2]), 3), all_below(np.array([0, -1]), 3)
        (True, False)
    """
    unsigned = _UNSIGNED.get(indices.dtype)
    if unsigned is not None:
        indices = indices.view(unsigned)  # negative ones become the greatest
    elif indices.dtype.kind != "u":
        return False
    return not indices.size or int(indices.max()) < size


def axis_of(axis: int, rank: int) -> int:
    """An axis counted from the front.

    Args:
        axis: from ``-rank`` to ``rank - 1``.
        rank: number of axes of the tensor.

    Raises:
        AxisError: when the axis is outside that range.

    Example:
        >>> axis_of(-1, 3)
        2
    """
    position = int(axis)
    if not -rank <= position < rank:
        raise AxisError(f"got axis {axis}, expected one from {-rank} to {rank - 1} for {rank} axes.")
    return position % rank


def axes_of(axis: Axis, rank: int) -> tuple[int, ...]:
    """Axes counted from the front, in the order given.

    Args:
        axis: one axis, several, or None for all.
        rank: number of axes of the tensor.

    Raises:
        ValueError: when an axis is out of range or given twice.

    Example:
        >>> axes_of((-1, 0), 3)
        (2, 0)
    """
    if axis is None:
        return tuple(range(rank))
    if isinstance(axis, (int, np.integer)):
        return (axis_of(axis, rank),)
    found = tuple(axis_of(one, rank) for one in axis)
    if len(set(found)) != len(found):
        raise ValueError(f"got the axes {axis}, expected each axis once.")
    return found


def expanded_key(key: Any, rank: int) -> list[Any]:
    """A key of indexing with full slices for Ellipsis and for the axes it does not name.

    Args:
        key: what stands between the brackets of ``x[key]``.
        rank: number of axes of ``x``.

    Returns:
        One part for each axis, and the Nones that add axes.

    Raises:
        ValueError: when the key names more axes than there are.

    Example:
        >>> expanded_key((..., 0), 3)
        [slice(None, None, None), slice(None, None, None), 0]
    """
    parts = list(key) if isinstance(key, tuple) else [key]
    gaps = [k for k, part in enumerate(parts) if part is Ellipsis] or [len(parts)]
    named = sum(part is not None and part is not Ellipsis for part in parts)
    if named > rank:
        raise ValueError(f"got {named} indices, expected at most {rank} for {rank} axes.")
    return [*parts[: gaps[0]], *[slice(None)] * (rank - named), *parts[gaps[0] + 1 :]]
