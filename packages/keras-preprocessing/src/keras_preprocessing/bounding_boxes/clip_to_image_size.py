"""Bounding boxes within their picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.bounding_boxes.convert_format import box_format, convert_format

if TYPE_CHECKING:
    from collections.abc import Mapping


def clip_to_image_size(
    bounding_boxes: Mapping[str, Any], height: Any = None, width: Any = None, bounding_box_format: str = "xyxy"
) -> dict[str, Any]:
    """Bounding boxes without what lies outside of the picture.

    Of a box that has no part inside nothing is left: its four numbers and its label become -1, which stands for no box.

    Args:
        bounding_boxes: a dict with "boxes", a tensor (boxes, 4) or (batch, boxes, 4), and "labels", one of (boxes,) or
            (batch, boxes).
        height: height of the picture, needed unless the format is relative. Defaults to None.
        width: width of the picture, likewise. Defaults to None.
        bounding_box_format: see `convert_format`. Defaults to "xyxy".

    Returns:
        Such a dict.

    Raises:
        ValueError: for an unknown format, or where the picture's size is needed.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.bounding_boxes import clip_to_image_size
        >>> boxes = {"boxes": np.array([[-10, 20, 30, 60], [200, 0, 210, 10]]), "labels": np.array([5, 6])}
        >>> clipped = clip_to_image_size(boxes, height=50, width=100)
        >>> np.asarray(clipped["boxes"]).tolist(), np.asarray(clipped["labels"]).tolist()
        ([[0.0, 20.0, 30.0, 50.0], [-1.0, -1.0, -1.0, -1.0]], [5, -1])
    """
    relative = box_format(bounding_box_format, "clip_to_image_size(): bounding_box_format").relative
    if not relative and (height is None or width is None):
        raise ValueError(
            f"clip_to_image_size() got height={height!r} and width={width!r}, expected both for the format "
            f"{bounding_box_format!r}, which is in pixels."
        )
    corners = "rel_xyxy" if relative else "xyxy"
    inside = convert_format(bounding_boxes["boxes"], bounding_box_format, corners)
    limits: list[Any] = [1.0, 1.0] if relative else [width, height]
    if not all(isinstance(limit, (int, float)) for limit in limits):
        limits = [ops.cast(limit, "float32") for limit in limits]
    inside = ops.maximum(ops.minimum(inside, ops.stack(limits * 2)), 0)
    extents = ops.subtract(inside[..., 2:], inside[..., :2])
    there = ops.all(ops.greater(extents, 0), axis=-1)
    boxes = ops.where(ops.expand_dims(there, -1), convert_format(inside, corners, bounding_box_format), -1)
    clipped = {**bounding_boxes, "boxes": boxes}
    if "labels" in bounding_boxes:
        labels = ops.convert_to_tensor(bounding_boxes["labels"])
        clipped["labels"] = ops.where(there, labels, ops.cast(-1, ops.dtype(labels)))
    return clipped
