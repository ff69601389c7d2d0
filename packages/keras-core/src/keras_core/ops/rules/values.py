"""Rules for values of arguments, of those that are in the host's memory.

A backend's primitive refuses an index that it sees to be out of range, if it is asked for it outside of a program; the
rule then says so in words. Arrays and lists come as they were given, and are looked at before.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from keras_core.backend.discovery import host_view
from keras_core.backend.toolkit.axes import all_below
from keras_core.ops.properties import shape_of
from keras_core.ops.rules.shapes import axis_of, check_block, static
from keras_core.staging.trace import active_trace

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike, DynamicShape, Tensor


def indices_in_range(x: Tensor, indices: ArrayLike, axis: int | None = None) -> None:
    """Refuse an index that the axis does not have.

    Args:
        x: what is indexed.
        indices: a number, nested lists of them or an array of NumPy; others are not looked at.
        axis: axis that they index; None for the flat tensor.

    Raises:
        IndexError: if there is one.
    """
    array = _integers(indices)
    if array is None:
        return
    shape = shape_of(x)
    if axis is not None and not -len(shape) <= axis < len(shape):
        return
    sizes = shape if axis is None else (shape[axis_of(axis, len(shape))],)
    if None in sizes:
        return
    place = "the flat tensor" if axis is None else f"axis {axis} of a tensor"
    _check_range(array, math.prod(s for s in sizes if s is not None), f"{place} of shape {tuple(shape)}")


def places_in_range(inputs: Tensor, indices: ArrayLike, updates: Tensor, reduction: str | None = None) -> None:
    """Refuse a row of indices into the first axes that is none of a tensor.

    Raises:
        IndexError: if there is one.
    """
    _check_places(indices, shape_of(inputs))


def scattered_in_range(indices: ArrayLike, values: Tensor, shape: DynamicShape) -> None:
    """As `places_in_range`, of a tensor that will have this shape.

    Raises:
        IndexError: if there is one.
    """
    _check_places(indices, static(shape))


def block_in_range(inputs: Tensor, start_indices: DynamicShape, shape: DynamicShape) -> None:
    """Refuse a block that is not inside of a tensor.

    Raises:
        ValueError: if it is not.
    """
    starts = _starts(start_indices)
    check_block(shape_of(inputs), starts, static(shape), f"start {starts} and shape {static(shape)}")


def updated_block_in_range(inputs: Tensor, start_indices: DynamicShape, updates: Tensor) -> None:
    """As `block_in_range`, of the block that updates fill.

    Raises:
        ValueError: if it is not.
    """
    starts, block = _starts(start_indices), shape_of(updates)
    check_block(shape_of(inputs), starts, block, f"updates of shape {block} at {starts}")


def segments_in_range(
    data: Tensor, segment_ids: ArrayLike, num_segments: int | None = None, sorted: bool = False
) -> None:
    """Refuse the number of a segment that there is not.

    Raises:
        IndexError: if there is one.
    """
    array = _integers(segment_ids)
    if array is not None:
        size = num_segments if isinstance(num_segments, int) else None
        _check_range(array, size, "segments", least=0, what="segment id")


def flat_indices_in_range(indices: ArrayLike, shape: DynamicShape) -> None:
    """Refuse a flat index that a tensor of the shape does not have.

    Raises:
        IndexError: if there is one.
    """
    array, sizes = _integers(indices), static(shape)
    if array is not None and None not in sizes:
        size = math.prod(s for s in sizes if s is not None)
        _check_range(array, size, f"the flat tensor of shape {sizes}")


def counted_in_range(x: ArrayLike, weights: Tensor | None = None, minlength: int = 0, sparse: bool = False) -> None:
    """Refuse to count negative numbers.

    Raises:
        IndexError: if there is one.
    """
    array = _integers(x)
    if array is not None:
        _check_range(array, None, "bins", least=0, what="number")


def classes_in_range(target: ArrayLike, output: Tensor, from_logits: bool = False, axis: int = -1) -> None:
    """Refuse a class that the output does not have.

    Raises:
        IndexError: if there is one.
    """
    array, shape = _integers(target), shape_of(output)
    if array is not None and -len(shape) <= axis < len(shape) and shape[axis] is not None:
        _check_range(array, shape[axis], f"the classes of an output of shape {tuple(shape)}", least=0, what="class")


def _check_places(indices: ArrayLike, shape: tuple[int | None, ...]) -> None:
    array = _integers(indices)
    if array is None or not array.ndim or array.shape[-1] > len(shape):
        return
    for axis in range(array.shape[-1]):
        size = shape[axis]
        if size is not None:
            _check_range(array[..., axis], size, f"axis {axis} of a tensor of shape {tuple(shape)}")


def _check_range(array: np.ndarray, size: int | None, of: str, least: int | None = None, what: str = "index") -> None:
    """Refuse what is below `least` (by default -size, what counts from the end) or not below `size`."""
    if size is not None and all_below(array, size):
        return
    least = -(size or 0) if least is None else least
    low, high = int(array.min()), int(array.max())
    if low >= least and (size is None or high < size):
        return
    plural = {"index": "indices", "class": "classes"}.get(what, what + "s")
    upto = "on" if size is None else f"to {size - 1}"
    raise IndexError(f"got {what} {low if low < least else high}, expected {plural} from {least} {upto} for {of}.")


def _integers(indices: ArrayLike) -> np.ndarray | None:
    """Indices as an array, if they are integers in the host's memory and not none at all."""
    if isinstance(indices, (int, list, tuple)):
        array = np.asarray(indices) if _is_numbers(indices) else None
    else:
        array = indices if isinstance(indices, np.ndarray) else None
    return None if array is None or not array.size or array.dtype.kind not in "iu" else array


def _starts(start_indices: DynamicShape) -> tuple[int | None, ...]:
    """Starts that are known now, None for others."""
    if isinstance(start_indices, (list, tuple)):
        return tuple(_known_start(start) for start in start_indices)
    view = None if active_trace() is not None else host_view(start_indices)
    return static(start_indices if view is None else view.reshape(-1))


def _known_start(start: object) -> int | None:
    if isinstance(start, (int, np.integer)):
        return int(start)
    view = None if active_trace() is not None else host_view(start)
    return int(view) if view is not None and view.size == 1 and view.dtype.kind in "iu" else None


def _is_numbers(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_numbers, value))
    return isinstance(value, (int, np.integer, np.ndarray))
