"""Bounding boxes in a part of their picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.bounding_boxes.convert_format import box_format, convert_format

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike, Tensor


def crop(boxes: ArrayLike, top: Any, left: Any, height: Any, width: Any, bounding_box_format: str = "xyxy") -> Tensor:
    """Bounding boxes as they lie in a part of the picture, without what is outside of it.

    Args:
        boxes: tensor (boxes, 4) or (batch, boxes, 4), in pixels.
        top: first row of the part.
        left: its first column.
        height: its height.
        width: its width.
        bounding_box_format: see `convert_format`; one that is not relative. Defaults to "xyxy".

    Returns:
        Tensor of the shape of `boxes`, and in their format; of a box outside a line or a point at the border is left.

    Raises:
        ValueError: for an unknown or a relative format.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.bounding_boxes import crop
        >>> np.asarray(crop(np.array([[10, 20, 50, 60]]), top=10, left=20, height=40, width=30)).tolist()
        [[0.0, 10.0, 30.0, 40.0]]
    """
    return moved(boxes, (-left, -top), bounding_box_format, "crop()", (width, height))


def moved(
    boxes: ArrayLike, shift: tuple[Any, Any], name: str, what: str, limits: tuple[Any, Any] | None = None
) -> Tensor:
    """Bounding boxes moved, and clipped where there are limits.

    Args:
        boxes: tensor (..., 4), in pixels.
        shift: how far to the right and down.
        name: their format.
        what: who asks, for the message.
        limits: greatest column and row. Defaults to None.

    Raises:
        ValueError: for an unknown or a relative format.
    """
    if box_format(name, f"{what}: bounding_box_format").relative:
        raise ValueError(f"{what} got boxes in the format {name!r}, expected one in pixels; convert_format() does it.")
    corners = ops.add(convert_format(boxes, name, "xyxy"), _twice(shift))
    if limits is not None:
        corners = ops.maximum(ops.minimum(corners, _twice(limits)), 0)
    return convert_format(corners, "xyxy", name)


def _twice(pair: tuple[Any, Any]) -> Tensor:
    return ops.stack([ops.cast(one, "float32") for one in pair] * 2)
