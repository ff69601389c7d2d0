"""Bounding boxes in a picture with a border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_preprocessing.bounding_boxes.crop import moved

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike, Tensor


def pad(
    boxes: ArrayLike,
    top: Any,
    left: Any,
    height: Any = None,
    width: Any = None,
    bounding_box_format: str = "xyxy",
) -> Tensor:
    """Bounding boxes as they lie in the picture once it has a border.

    Args:
        boxes: tensor (boxes, 4) or (batch, boxes, 4), in pixels.
        top: number of rows added above.
        left: number of columns added on the left.
        height: accepted for Keras 3's sake. Defaults to None.
        width: accepted for Keras 3's sake. Defaults to None.
        bounding_box_format: see `convert_format`; one that is not relative. Defaults to "xyxy".

    Returns:
        Tensor of the shape of `boxes`, and in their format.

    Raises:
        ValueError: for an unknown or a relative format.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.bounding_boxes import pad
        >>> np.asarray(pad(np.array([[1, 2, 3, 4]]), top=10, left=20)).tolist()
        [[21.0, 12.0, 23.0, 14.0]]
    """
    return moved(boxes, (left, top), bounding_box_format, "pad()")
