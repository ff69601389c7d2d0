"""Batches of pictures as NumPy arrays, and colours."""

from __future__ import annotations

import colorsys
from typing import TYPE_CHECKING

import numpy as np
from keras_core import config, ops

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import ArrayLike

Color = tuple[int, int, int]


def pictures_of(
    images: ArrayLike, data_format: str | None, who: str, value_range: Sequence[float] = (0, 255)
) -> np.ndarray:
    """A batch of pictures with values from 0 to 255.

    Args:
        images: shape (batch, height, width, channels) or, by `data_format`, (batch, channels, height, width); of one
            channel or three.
        data_format: "channels_last" or "channels_first"; None for that of `keras.config`.
        who: the function that was given them, for messages.
        value_range: what stands for black and for full colour. Defaults to (0, 255).

    Returns:
        A new array of uint8, (batch, height, width, 3).

    Raises:
        ValueError: for another shape or format, or a range that is none.
    """
    array = np.asarray(ops.convert_to_numpy(images))
    if array.ndim != 4:
        raise ValueError(
            f"{who}: images must be a batch of shape (batch, height, width, channels), got shape {array.shape}. "
            "Give one picture as x[None]."
        )
    if is_channels_first(data_format, who):
        array = np.moveaxis(array, 1, -1)
    if array.shape[-1] not in (1, 3):
        raise ValueError(
            f"{who}: images must have one channel or three, where {data_format or config.image_data_format()!r} says, "
            f"got {array.shape[-1]}."
        )
    low, high = value_range
    if not low < high:
        raise ValueError(f"{who}: value_range must be the lowest and a higher value, got {tuple(value_range)!r}.")
    if (low, high) != (0, 255) or array.dtype != np.uint8:
        scaled = (array.astype("float64") - low) * (255 / (high - low))
        array = np.clip(np.rint(np.nan_to_num(scaled)), 0, 255).astype(np.uint8)
    return np.broadcast_to(array, (*array.shape[:3], 3)).copy()


def as_given(pictures: np.ndarray, data_format: str | None, who: str) -> np.ndarray:
    """Pictures in the order of axes in which they came.

    Args:
        pictures: shape (batch, height, width, 3).
        data_format: as in `pictures_of`.
        who: as there.
    """
    return np.moveaxis(pictures, -1, 1) if is_channels_first(data_format, who) else pictures


def is_channels_first(data_format: str | None, who: str) -> bool:
    """Whether channels come before height and width.

    Args:
        data_format: as in `pictures_of`.
        who: as there.

    Raises:
        ValueError: for an unknown format.
    """
    chosen = data_format or config.image_data_format()
    if chosen not in ("channels_last", "channels_first"):
        raise ValueError(f"{who}: data_format must be 'channels_last' or 'channels_first', got {data_format!r}.")
    return chosen == "channels_first"


def color_of(value: Sequence[float], what: str) -> Color:
    """A colour of three numbers from 0 to 255.

    Args:
        value: the numbers: red, green and blue.
        what: the argument that it is, for messages.

    Raises:
        ValueError: for anything else.
    """
    try:
        found = [int(one) for one in value]
    except (TypeError, ValueError):
        found = []
    if len(found) != 3 or not all(0 <= one <= 255 for one in found):
        raise ValueError(f"{what} must be red, green and blue from 0 to 255, got {value!r}.")
    return found[0], found[1], found[2]


def distinct_color(number: int) -> Color:
    """A colour for a number, far from those of the numbers near it: the hue goes around by the golden ratio.

    Args:
        number: 0 or more.
    """
    red, green, blue = colorsys.hsv_to_rgb(number * 0.618034 % 1, 0.85 - 0.25 * (number // 8 % 2), 0.95)
    return round(255 * red), round(255 * green), round(255 * blue)
