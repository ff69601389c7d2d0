"""ZeroPadding3D: volumes padded with zeros."""

from __future__ import annotations

from typing import Any

from keras_layers.reshaping.base_zero_padding import BaseZeroPadding


class ZeroPadding3D(BaseZeroPadding):
    """Pads volumes with zeros.

    Args:
        padding: an integer for all six faces, three integers, or three pairs (start, end). Defaults to ((1, 1), (1, 1),
            (1, 1)).
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, depth, height, width, channels)`` with `data_format` "channels_last", ``(batch, channels, depth,
        height, width)`` with "channels_first".

    Output shape:
        ``(batch, new_depth, new_height, new_width, channels)`` with `data_format` "channels_last", ``(batch, channels,
        new_depth, new_height, new_width)`` with "channels_first".

    Raises:
        ValueError: if `padding` does not have this form or `data_format` is unknown.

    Example:
        >>> import numpy as np
        >>> from keras_layers import ZeroPadding3D
        >>> tuple(ZeroPadding3D(1)(np.zeros((2, 4, 4, 4, 3), "float32")).shape)
        (2, 6, 6, 6, 3)
    """

    rank = 3

    def __init__(self, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(padding, data_format, **kwargs)
