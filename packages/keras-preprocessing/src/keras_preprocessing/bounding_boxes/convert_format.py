"""Formats of bounding boxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from keras_core import ops

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike, DType, Tensor


class BoxFormat(NamedTuple):
    """What the four numbers of a box are.

    Attributes:
        relative: whether they are parts of the picture's width and height, or else pixels.
        center: whether the first two are the middle of the box, or else its left upper corner.
        corners: whether the last two are the right lower corner, or else width and height.
        rows_first: whether y comes before x, and height before width.
    """

    relative: bool
    center: bool
    corners: bool
    rows_first: bool


_ABSOLUTE = {
    "xyxy": BoxFormat(False, False, True, False),
    "yxyx": BoxFormat(False, False, True, True),
    "xywh": BoxFormat(False, False, False, False),
    "center_xywh": BoxFormat(False, True, False, False),
    "center_yxhw": BoxFormat(False, True, False, True),
}
FORMATS = _ABSOLUTE | {f"rel_{name}": one._replace(relative=True) for name, one in _ABSOLUTE.items()}


def box_format(name: str, what: str) -> BoxFormat:
    """The format of this name.

    Args:
        name: the name, in lower or upper case.
        what: who was given it, for the message.

    Raises:
        ValueError: for an unknown name.
    """
    found = FORMATS.get(name.lower()) if isinstance(name, str) else None
    if found is None:
        raise ValueError(f"{what} must be one of {', '.join(map(repr, FORMATS))}, got {name!r}.")
    return found


def convert_format(
    boxes: ArrayLike | Mapping[str, Any],
    source: str,
    target: str,
    height: Any = None,
    width: Any = None,
    dtype: DType = "float32",
) -> Any:
    """Bounding boxes in another format.

    A format tells what the four numbers of a box are:

    - "xyxy": left, top, right, bottom; "yxyx": top, left, bottom, right;
    - "xywh": left, top, width, height;
    - "center_xywh": x and y of the middle, width, height; "center_yxhw": y and x of it, height, width;
    - the same with "rel_" before it: in parts of the picture's width and height, and not in pixels.

    Args:
        boxes: array or tensor (..., 4), or a dict that holds one as "boxes".
        source: their format, in lower or upper case.
        target: the wanted format.
        height: height of the picture, needed where one of both formats is relative and the other is not.
            Defaults to None.
        width: width of the picture, likewise. Defaults to None.
        dtype: float dtype of the result. Defaults to "float32".

    Returns:
        Tensor of the shape of `boxes`, or a dict like theirs with such a tensor.

    Raises:
        ValueError: for an unknown format, boxes that have not four numbers, or where the picture's size is needed.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.bounding_boxes import convert_format
        >>> boxes = np.array([[10, 20, 30, 60]])
        >>> np.asarray(convert_format(boxes, "xyxy", "center_xywh")).tolist()
        [[20.0, 40.0, 20.0, 40.0]]
        >>> np.asarray(convert_format(boxes, "xyxy", "rel_xywh", height=80, width=40)).tolist()
        [[0.25, 0.25, 0.5, 0.5]]
    """
    if isinstance(boxes, Mapping):
        return {**boxes, "boxes": convert_format(boxes["boxes"], source, target, height, width, dtype)}
    old = box_format(source, "convert_format(): source")
    new = box_format(target, "convert_format(): target")
    tensor = ops.cast(ops.convert_to_tensor(boxes), dtype)
    sizes = ops.shape(tensor)
    if not sizes or sizes[-1] != 4:
        raise ValueError(f"convert_format() got boxes of shape {tuple(sizes)}, expected four numbers in the last axis.")
    if old == new:
        return tensor
    scale: tuple[Any, Any] = (1, 1)
    if old.relative != new.relative:
        if height is None or width is None:
            raise ValueError(
                f"convert_format() got height={height!r} and width={width!r} to convert boxes from {source!r} to "
                f"{target!r}, expected the height and the width of the picture."
            )
        scale = _factor(width, old.relative, dtype), _factor(height, old.relative, dtype)
    a, b, c, d = ops.unstack(tensor, axis=-1)
    pairs = ((b, d), (a, c)) if old.rows_first else ((a, c), (b, d))
    axes = [_converted(*pair, old, new, factor) for pair, factor in zip(pairs, scale, strict=True)]
    (first, third), (second, fourth) = axes[::-1] if new.rows_first else axes
    return ops.stack([first, second, third, fourth], axis=-1)


def _factor(size: Any, enlarges: bool, dtype: DType) -> Any:
    """What coordinates along an axis of this size are multiplied by."""
    if isinstance(size, (int, float)):
        return size if enlarges else 1 / size
    size = ops.cast(size, dtype)
    return size if enlarges else ops.divide(1, size)


def _converted(place: Tensor, extent: Tensor, old: BoxFormat, new: BoxFormat, factor: Any) -> tuple[Tensor, Tensor]:
    """The two numbers of a box that are about one axis, in another format."""
    if not isinstance(factor, int) or factor != 1:
        place, extent = ops.multiply(place, factor), ops.multiply(extent, factor)
    if (old.center, old.corners) == (new.center, new.corners):
        return place, extent
    length = ops.subtract(extent, place) if old.corners else extent
    start = ops.subtract(place, ops.multiply(length, 0.5)) if old.center else place
    if new.corners:
        return start, extent if old.corners else ops.add(start, length)
    return ops.add(start, ops.multiply(length, 0.5)) if new.center else start, length
