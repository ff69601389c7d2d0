"""Bounding boxes around what is moved, turned, sheared and enlarged."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.bounding_boxes.convert_format import convert_format

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike, Tensor


def affine_transform(
    boxes: ArrayLike,
    angle: ArrayLike,
    translate_x: ArrayLike,
    translate_y: ArrayLike,
    scale: ArrayLike,
    shear_x: ArrayLike,
    shear_y: ArrayLike,
    height: int,
    width: int,
    center_x: Any = None,
    center_y: Any = None,
    bounding_box_format: str = "xyxy",
) -> Tensor:
    """Bounding boxes around the corners of boxes that are moved, turned to the left, sheared and enlarged.

    What tells the change is a number, or one for each picture of a batch.

    Args:
        boxes: tensor (boxes, 4) or (batch, boxes, 4).
        angle: how far they are turned about the centre, in degrees.
        translate_x: how far they are moved to the right before, in parts of the width.
        translate_y: how far down, in parts of the height.
        scale: how many times they are enlarged.
        shear_x: the angle by which vertical lines become oblique, in degrees.
        shear_y: the same of horizontal lines.
        height: height of the picture.
        width: width of the picture.
        center_x: the centre, in parts of the width; None is 0.5. Defaults to None.
        center_y: the same in parts of the height. Defaults to None.
        bounding_box_format: see `convert_format`. Defaults to "xyxy".

    Returns:
        Tensor of the shape of `boxes`, and in their format.

    Raises:
        ValueError: for an unknown format.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.bounding_boxes import affine_transform
        >>> boxes = np.array([[1.0, 1.0, 3.0, 2.0]])
        >>> np.asarray(affine_transform(boxes, 0, 0.5, 0, 1, 0, 0, height=11, width=11)).tolist()
        [[6.0, 1.0, 8.0, 2.0]]
    """
    turn, oblique_x, oblique_y = (ops.multiply(_column(one), math.pi / 180) for one in (angle, shear_x, shear_y))
    size = _column(scale)
    slope = ops.tan(oblique_x)
    skewed = ops.subtract(turn, oblique_y)
    a = ops.divide(ops.cos(skewed), ops.cos(oblique_y))
    c = ops.divide(ops.sin(skewed), ops.cos(oblique_y))
    x_to_x, y_to_x = ops.subtract(ops.cos(turn), ops.multiply(c, slope)), ops.add(ops.sin(turn), ops.multiply(a, slope))
    x = ops.multiply(_column(0.5 if center_x is None else center_x), width - 1)
    y = ops.multiply(_column(0.5 if center_y is None else center_y), height - 1)
    shift_x, shift_y = ops.multiply(_column(translate_x), width - 1), ops.multiply(_column(translate_y), height - 1)
    left, top, right, bottom = ops.unstack(convert_format(boxes, bounding_box_format, "xyxy", height, width), axis=-1)
    across = ops.add(ops.subtract(ops.stack([left, right, right, left], axis=-1), x), shift_x)
    down = ops.add(ops.subtract(ops.stack([top, top, bottom, bottom], axis=-1), y), shift_y)
    turned = ops.add(ops.multiply(x_to_x, across), ops.multiply(y_to_x, down))
    columns = ops.add(ops.multiply(turned, size), x)
    rows = ops.add(ops.multiply(ops.subtract(ops.multiply(a, down), ops.multiply(c, across)), size), y)
    sides = [reduced(one, axis=-1) for reduced in (ops.min, ops.max) for one in (columns, rows)]
    return convert_format(ops.stack(sides, axis=-1), "xyxy", bounding_box_format, height, width)


def _column(value: ArrayLike) -> Tensor:
    """A number for each picture, to go with a tensor (batch, boxes, corners)."""
    tensor = ops.cast(ops.convert_to_tensor(value), "float32")
    return ops.reshape(tensor, (-1, 1, 1)) if ops.ndim(tensor) else tensor
