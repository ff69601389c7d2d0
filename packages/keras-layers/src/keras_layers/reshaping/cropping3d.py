"""Cropping3D: volumes cropped at the borders."""

from __future__ import annotations

from typing import Any

from keras_layers.reshaping.base_cropping import BaseCropping


class Cropping3D(BaseCropping):
    """Crops volumes at both ends of each axis.

    Args:
        cropping: an integer for all six faces, three integers, or three pairs (start, end). Defaults to ((1, 1), (1,
            1), (1, 1)).
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, depth, height, width, channels)`` with `data_format` "channels_last", ``(batch, channels, depth,
        height, width)`` with "channels_first".

    Output shape:
        ``(batch, new_depth, new_height, new_width, channels)`` with `data_format` "channels_last", ``(batch, channels,
        new_depth, new_height, new_width)`` with "channels_first".

    Raises:
        ValueError: if `cropping` does not have this form, or nothing is left of the input.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Cropping3D
        >>> tuple(Cropping3D(1)(np.zeros((2, 4, 4, 4, 3), "float32")).shape)
        (2, 2, 2, 2, 3)
    """

    rank = 3

    def __init__(self, cropping: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(cropping, data_format, **kwargs)
