"""UpSampling3D: upsampling of volumes."""

from __future__ import annotations

from typing import Any

from keras_layers.reshaping.base_up_sampling import BaseUpSampling


class UpSampling3D(BaseUpSampling):
    """Repeats each position along the three spatial axes.

    Args:
        size: factor, or three of them (depth, height, width). Defaults to (2, 2, 2).
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, depth, height, width, channels)`` with `data_format` "channels_last", ``(batch, channels, depth,
        height, width)`` with "channels_first".

    Output shape:
        ``(batch, depth * size[0], height * size[1], width * size[2], channels)`` with `data_format` "channels_last",
        ``(batch, channels, depth * size[0], height * size[1], width * size[2])`` with "channels_first".

    Raises:
        ValueError: if an argument is out of range.

    Example:
        >>> import numpy as np
        >>> from keras_layers import UpSampling3D
        >>> tuple(UpSampling3D(2)(np.zeros((2, 4, 4, 4, 3), "float32")).shape)
        (2, 8, 8, 8, 3)
    """

    rank = 3

    def __init__(self, size: Any = (2, 2, 2), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(size, data_format, **kwargs)
