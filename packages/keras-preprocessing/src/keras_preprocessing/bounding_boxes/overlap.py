"""How far bounding boxes overlap."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import config, ops

from keras_preprocessing.bounding_boxes.convert_format import convert_format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import ArrayLike, Tensor


def compute_iou(
    boxes1: ArrayLike,
    boxes2: ArrayLike,
    bounding_box_format: str,
    use_masking: bool = False,
    mask_val: float = -1,
    image_shape: Sequence[int] | None = None,
) -> Tensor:
    """The area that two boxes share as a part of the area that they cover together, for every pair.

    Args:
        boxes1: tensor (boxes, 4) or (batch, boxes, 4).
        boxes2: tensor (others, 4) or (batch, others, 4).
        bounding_box_format: format of both, see `convert_format`.
        use_masking: whether pairs get `mask_val` of which one has only negative numbers, which stands for no box.
            Defaults to False.
        mask_val: what they get. Defaults to -1.
        image_shape: (height, width, channels), needed for relative formats. Defaults to None.

    Returns:
        Tensor (boxes, others), or (batch, boxes, others) where one of both has a batch.

    Raises:
        ValueError: for boxes of another rank, or where the picture's shape is needed.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.bounding_boxes import compute_iou
        >>> one, others = np.array([[0, 0, 2, 2]]), np.array([[1, 0, 3, 2], [0, 0, 2, 2]])
        >>> np.asarray(compute_iou(one, others, "xyxy")).round(3).tolist()
        [[0.333, 1.0]]
    """
    first, second = (_corners(one, bounding_box_format, image_shape, "compute_iou") for one in (boxes1, boxes2))
    if not {ops.ndim(first), ops.ndim(second)} <= {2, 3}:
        raise ValueError(
            f"compute_iou() got boxes of shapes {tuple(ops.shape(first))} and {tuple(ops.shape(second))}, expected "
            "(boxes, 4) or (batch, boxes, 4)."
        )
    pairs = [ops.unstack(ops.expand_dims(one, axis), axis=-1) for one, axis in ((first, -2), (second, -3))]
    shared, covered = _areas(*pairs)
    overlap = ops.divide(shared, ops.add(covered, config.epsilon()))
    if not use_masking:
        return overlap
    absent = [ops.less(ops.max(ops.stack(one, axis=-1), axis=-1), 0) for one in pairs]
    return ops.where(ops.logical_or(*absent), mask_val, overlap)


def compute_ciou(
    boxes1: ArrayLike,
    boxes2: ArrayLike,
    bounding_box_format: str,
    image_shape: Sequence[int] | None = None,
) -> Tensor:
    """How far boxes overlap, less what their middles are apart and how the ratios of their sides differ, one by one.

    Args:
        boxes1: tensor (..., 4).
        boxes2: tensor of the same shape.
        bounding_box_format: format of both, see `convert_format`.
        image_shape: (height, width, channels), needed for relative formats. Defaults to None.

    Returns:
        Tensor (...).

    Raises:
        ValueError: where the picture's shape is needed.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.bounding_boxes import compute_ciou
        >>> one, other = np.array([[0, 0, 2, 2]]), np.array([[1, 0, 3, 2]])
        >>> np.asarray(compute_ciou(one, other, "xyxy")).round(3).tolist()
        [0.256]

    Reference: Zheng et al., "Distance-IoU Loss: Faster and Better Learning for Bounding Box Regression", 2020.
    """
    first, second = (
        ops.unstack(_corners(one, bounding_box_format, image_shape, "compute_ciou"), axis=-1)
        for one in (boxes1, boxes2)
    )
    epsilon = config.epsilon()
    shared, covered = _areas(first, second)
    overlap = ops.divide(shared, ops.add(covered, epsilon))
    around = [
        ops.subtract(ops.maximum(first[k + 2], second[k + 2]), ops.minimum(first[k], second[k])) for k in range(2)
    ]
    diagonal = ops.add(ops.add(ops.square(around[0]), ops.square(around[1])), epsilon)
    apart = [
        ops.square(ops.multiply(ops.subtract(ops.add(first[k], first[k + 2]), ops.add(second[k], second[k + 2])), 0.5))
        for k in range(2)
    ]
    angles = [
        ops.arctan(ops.divide(ops.subtract(one[2], one[0]), ops.add(ops.subtract(one[3], one[1]), epsilon)))
        for one in (first, second)
    ]
    ratio = ops.multiply(ops.square(ops.subtract(angles[1], angles[0])), 4 / math.pi**2)
    weight = ops.divide(ratio, ops.add(ops.subtract(ratio, overlap), 1 + epsilon))
    distance = ops.divide(ops.add(apart[0], apart[1]), diagonal)
    return ops.subtract(overlap, ops.add(distance, ops.multiply(ratio, weight)))


def _corners(boxes: ArrayLike, name: str, image_shape: Sequence[int] | None, what: str) -> Tensor:
    if name.lower().startswith("rel") and image_shape is None:
        raise ValueError(f"{what}() got boxes in the format {name!r}, and needs image_shape=(height, width, channels).")
    size: Any = (None, None) if image_shape is None else (image_shape[0], image_shape[1])
    return convert_format(boxes, name, "xyxy", *size)


def _areas(first: Sequence[Tensor], second: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """What boxes share, and what they cover together; each of left, top, right and bottom."""
    sides = [
        ops.maximum(ops.subtract(ops.minimum(first[k + 2], second[k + 2]), ops.maximum(first[k], second[k])), 0)
        for k in range(2)
    ]
    shared = ops.multiply(*sides)
    own = [ops.multiply(ops.subtract(one[2], one[0]), ops.subtract(one[3], one[1])) for one in (first, second)]
    return shared, ops.subtract(ops.add(*own), shared)
