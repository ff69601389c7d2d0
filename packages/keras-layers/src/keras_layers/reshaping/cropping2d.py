"""Cropping2D: images cropped at the borders."""

from __future__ import annotations

from typing import Any

from keras_layers.reshaping.base_cropping import BaseCropping


class Cropping2D(BaseCropping):
    """Crops images at both ends of each axis.

    Args:
        cropping: an integer for all borders, a pair (vertical, horizontal), or pairs ``((top, bottom), (left,
            right))``. Defaults to ((0, 0), (0, 0)).
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, height, width, channels)`` with `data_format` "channels_last", ``(batch, channels, height, width)``
        with "channels_first".

    Output shape:
        ``(batch, new_height, new_width, channels)`` with `data_format` "channels_last", ``(batch, channels, new_height,
        new_width)`` with "channels_first".

    Raises:
        ValueError: if `cropping` does not have this form, or nothing is left of the input.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Cropping2D
        >>> tuple(Cropping2D(1)(np.zeros((2, 8, 8, 3), "float32")).shape)
        (2, 6, 6, 3)
    """

    rank = 2

    def __init__(self, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(cropping, data_format, **kwargs)
