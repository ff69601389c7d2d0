"""Rectangles in pictures, drawn at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def draw_patches(ratios: Tensor, places: Tensor, height: Any, width: Any) -> Tensor:
    """Left, top, right and bottom in pixels of a rectangle in each picture, as (4, batch).

    Args:
        ratios: widths and heights as parts of those of the picture, (2, batch).
        places: where in the room that is left each begins, from 0 to 1, (2, batch).
        height: height of the pictures.
        width: width of the pictures.
    """
    found = []
    for k, length in enumerate((width, height)):
        extent = ops.multiply(ratios[k], ops.cast(length, "float32"))
        begin = ops.multiply(places[k], ops.subtract(ops.cast(length, "float32"), extent))
        found.append((begin, ops.add(begin, extent)))
    (left, right), (top, bottom) = found
    return ops.stack([left, top, right, bottom])


def inside(corners: Tensor, height: Any, width: Any, channels_axis: int, chosen: Tensor | None = None) -> Tensor:
    """Which pixels are in the rectangle of their picture, with a channels' axis of 1.

    Args:
        corners: what `draw_patches` gave.
        height: height of the pictures.
        width: width of the pictures.
        channels_axis: -1 or -3.
        chosen: which pictures have a rectangle, (batch,); all when None. Defaults to None.
    """
    left, top, right, bottom = (ops.reshape(one, (-1, 1, 1)) for one in ops.unstack(corners, 4))
    row = ops.reshape(ops.arange(height, dtype="float32"), (1, -1, 1))
    column = ops.reshape(ops.arange(width, dtype="float32"), (1, 1, -1))
    rows = ops.logical_and(ops.greater_equal(row, top), ops.less(row, bottom))
    if chosen is not None:
        rows = ops.logical_and(rows, ops.reshape(chosen, (-1, 1, 1)))
    columns = ops.logical_and(ops.greater_equal(column, left), ops.less(column, right))
    return ops.expand_dims(ops.logical_and(rows, columns), channels_axis)
