"""Bounding boxes told by how they differ from anchors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from keras_core import config, ops

from keras_preprocessing.bounding_boxes.convert_format import convert_format

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike, Tensor

_ENCODINGS = ("center_xywh", "center_yxhw")


def encode_box_to_deltas(
    anchors: ArrayLike,
    boxes: ArrayLike,
    anchor_format: str,
    box_format: str,
    encoding_format: str = "center_yxhw",
    variance: Sequence[float] | None = None,
    image_shape: Sequence[int] | None = None,
) -> Tensor:
    """How bounding boxes differ from anchors: how far their middle is moved, and by which logarithm they are enlarged.

    Args:
        anchors: tensor (boxes, 4).
        boxes: tensor (boxes, 4) or (batch, boxes, 4).
        anchor_format: format of the anchors, see `convert_format`.
        box_format: format of the boxes.
        encoding_format: "center_yxhw" or "center_xywh", the order of the result. Defaults to "center_yxhw".
        variance: four numbers by which the result is divided. Defaults to None.
        image_shape: (height, width, channels), needed for relative formats. Defaults to None.

    Returns:
        Tensor of the shape of `boxes`.

    Raises:
        ValueError: for another encoding, or unless there are four variances.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.bounding_boxes import encode_box_to_deltas
        >>> anchors, boxes = np.array([[0, 0, 10, 10]]), np.array([[5, 0, 15, 10]])
        >>> np.asarray(encode_box_to_deltas(anchors, boxes, "xyxy", "xyxy")).tolist()
        [[0.0, 0.5, 0.0, 0.0]]

    Reference: Girshick et al., "Rich feature hierarchies for accurate object detection", 2014, appendix C.
    """
    given = _checked("encode_box_to_deltas", encoding_format, variance)
    size = _size(image_shape)
    old = convert_format(anchors, anchor_format, encoding_format, *size)
    new = convert_format(boxes, box_format, encoding_format, *size)
    extents, new_extents = (ops.maximum(one[..., 2:], config.epsilon()) for one in (old, new))
    moved = ops.divide(ops.subtract(new[..., :2], old[..., :2]), extents)
    enlarged = ops.subtract(ops.log(new_extents), ops.log(extents))
    deltas = ops.concatenate([moved, ops.broadcast_to(enlarged, ops.shape(moved))], axis=-1)
    return deltas if given is None else ops.divide(deltas, given)


def decode_deltas_to_boxes(
    anchors: ArrayLike | Mapping[Any, ArrayLike],
    boxes_delta: ArrayLike | Mapping[Any, ArrayLike],
    anchor_format: str,
    box_format: str,
    encoded_format: str = "center_yxhw",
    variance: Sequence[float] | None = None,
    image_shape: Sequence[int] | None = None,
) -> Any:
    """Bounding boxes from anchors and how they differ from these: what undoes `encode_box_to_deltas`.

    Args:
        anchors: tensor (boxes, 4), or a dict of such by level.
        boxes_delta: tensor (boxes, 4) or (batch, boxes, 4), or a dict of such with the same levels.
        anchor_format: format of the anchors, see `convert_format`.
        box_format: format of the result.
        encoded_format: "center_yxhw" or "center_xywh", the order of `boxes_delta`. Defaults to "center_yxhw".
        variance: four numbers by which `boxes_delta` is multiplied. Defaults to None.
        image_shape: (height, width, channels), needed for relative formats. Defaults to None.

    Returns:
        Tensor of the shape of `boxes_delta`, or a dict of such by level.

    Raises:
        ValueError: for another encoding, or unless there are four variances.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.bounding_boxes import decode_deltas_to_boxes
        >>> anchors, deltas = np.array([[0, 0, 10, 10]]), np.array([[0.0, 0.5, 0.0, 0.0]])
        >>> np.asarray(decode_deltas_to_boxes(anchors, deltas, "xyxy", "xyxy")).tolist()
        [[5.0, 0.0, 15.0, 10.0]]
    """
    if isinstance(anchors, Mapping) and isinstance(boxes_delta, Mapping):
        rest = (anchor_format, box_format, encoded_format, variance, image_shape)
        return {level: decode_deltas_to_boxes(one, boxes_delta[level], *rest) for level, one in anchors.items()}
    given = _checked("decode_deltas_to_boxes", encoded_format, variance)
    size = _size(image_shape)
    old = convert_format(anchors, anchor_format, encoded_format, *size)
    deltas = ops.cast(ops.convert_to_tensor(boxes_delta), "float32")
    deltas = deltas if given is None else ops.multiply(deltas, given)
    middle = ops.add(ops.multiply(deltas[..., :2], old[..., 2:]), old[..., :2])
    extent = ops.multiply(ops.exp(deltas[..., 2:]), old[..., 2:])
    return convert_format(ops.concatenate([middle, extent], axis=-1), encoded_format, box_format, *size)


def _checked(what: str, encoding: str, variance: Sequence[float] | None) -> Tensor | None:
    """The variances as a tensor, once they and the encoding are known to fit."""
    if encoding not in _ENCODINGS:
        raise ValueError(f"{what}() encodes boxes as {' or '.join(map(repr, _ENCODINGS))}, got {encoding!r}.")
    if variance is None:
        return None
    numbers = ops.cast(ops.convert_to_tensor(variance), "float32")
    if tuple(ops.shape(numbers)) != (4,):
        raise ValueError(f"{what}() takes four variances, got variance={variance!r}.")
    return numbers


def _size(image_shape: Sequence[int] | None) -> tuple[int | None, int | None]:
    return (None, None) if image_shape is None else (image_shape[0], image_shape[1])
