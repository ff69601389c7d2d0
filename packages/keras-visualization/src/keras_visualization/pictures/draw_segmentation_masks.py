"""Segmentation masks on pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from keras_core import ops
from keras_core.argument_checks import checked

from keras_visualization.pictures.batches import as_given, color_of, distinct_color, is_channels_first, pictures_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keras_core.typing import ArrayLike

_WHO = "draw_segmentation_masks()"


@checked
def draw_segmentation_masks(
    images: ArrayLike,
    segmentation_masks: ArrayLike,
    num_classes: int | None = None,
    color_mapping: Mapping[int, Sequence[float]] | None = None,
    alpha: float = 0.8,
    blend: bool = True,
    ignore_index: int = -1,
    data_format: str | None = None,
) -> np.ndarray:
    """Draw segmentation masks on pictures.

    Args:
        images: shape (batch, height, width, channels), with one channel or three and values from 0 to 255.
        segmentation_masks: a class for each pixel, shape (batch, height, width), with or without an axis of channels.
            Class 0 is the background, which is drawn only where `color_mapping` has a colour for it.
        num_classes: the number of classes, the highest one. Defaults to None, the highest that is in the masks.
        color_mapping: red, green and blue, from 0 to 255, by class. Defaults to None, for colours that differ much.
        alpha: how much of the colour is seen, from 0 to 1. Defaults to 0.8.
        blend: whether the picture shines through; else the colours alone are seen. Defaults to True.
        ignore_index: a class that is not drawn. Defaults to -1.
        data_format: "channels_last" or "channels_first"; None for that of `keras.config`. Defaults to None.

    Returns:
        A new NumPy array of uint8, with three channels, in the format of the images.

    Raises:
        ValueError: for arguments of wrong kinds, formats, shapes or values, or a class without a colour.

    Example:
        >>> import numpy as np
        >>> from keras_visualization import draw_segmentation_masks
        >>> masks = np.array([[[0, 1], [1, 2]]])
        >>> colors = {1: (100, 0, 0), 2: (200, 0, 0)}
        >>> draw_segmentation_masks(np.zeros((1, 2, 2, 3)), masks, color_mapping=colors, alpha=0.5)[0, ..., 0]
        array([[  0,  50],
               [ 50, 100]], dtype=uint8)
    """
    pictures = pictures_of(images, data_format, _WHO)
    masks = masks_of(segmentation_masks, pictures.shape[:3], data_format)
    if not 0 <= alpha <= 1:
        raise ValueError(f"{_WHO}: alpha must be from 0 to 1, got {alpha}.")
    found = [int(one) for one in np.unique(masks) if one != ignore_index and (one != 0 or 0 in (color_mapping or {}))]
    highest = num_classes if num_classes is not None else max(found, default=0)
    if wrong := [one for one in found if not 0 <= one <= highest]:
        raise ValueError(
            f"{_WHO}: segmentation_masks hold the class {wrong[0]}; with num_classes={highest} they must be from 0 to "
            f"{highest}, or ignore_index={ignore_index}."
        )
    share = alpha if blend else 1.0
    for label in found:
        if color_mapping is not None and label not in color_mapping:
            raise ValueError(f"{_WHO}: color_mapping has no colour for class {label}; it has {list(color_mapping)}.")
        given = distinct_color(label - 1) if color_mapping is None else color_mapping[label]
        color = np.array(color_of(given, f"{_WHO}: color_mapping[{label}]"))
        where = masks == label
        pictures[where] = np.rint(pictures[where] * (1 - share) + color * share).astype(np.uint8)
    return as_given(pictures, data_format, _WHO)


def masks_of(masks: ArrayLike, shape: Sequence[int], data_format: str | None) -> np.ndarray:
    """Masks as classes, shape (batch, height, width).

    Args:
        masks: as in `draw_segmentation_masks`.
        shape: that of the pictures, without channels.
        data_format: as there.

    Raises:
        ValueError: for another shape, or fractions.
    """
    array = np.asarray(ops.convert_to_numpy(masks))
    axis = 1 if is_channels_first(data_format, _WHO) else -1
    if array.ndim == 4 and array.shape[axis] == 1:
        array = array.squeeze(axis)
    if array.shape != tuple(shape):
        raise ValueError(
            f"{_WHO}: segmentation_masks must have the shape {tuple(shape)} of the images, got {array.shape}. "
            "Masks of one probability a class become classes by np.argmax(masks, axis=-1)."
        )
    if not np.array_equal(array, np.rint(array)):
        raise ValueError(f"{_WHO}: segmentation_masks must hold classes, got fractions such as {array.flat[0]}.")
    return array
