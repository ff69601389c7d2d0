"""ZeroPadding2D: images padded with zeros."""

from __future__ import annotations

from typing import Any

from keras_layers.reshaping.base_zero_padding import BaseZeroPadding


class ZeroPadding2D(BaseZeroPadding):
    """Pads images with zeros.

    Args:
        padding: an integer for all borders, a pair (vertical, horizontal), or pairs ``((top, bottom), (left, right))``.
            Defaults to (1, 1).
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, height, width, channels)`` with `data_format` "channels_last", ``(batch, channels, height, width)``
        with "channels_first".

    Output shape:
        ``(batch, new_height, new_width, channels)`` with `data_format` "channels_last", ``(batch, channels, new_height,
        new_width)`` with "channels_first".

    Raises:
        ValueError: if `padding` does not have this form or `data_format` is unknown.

    Example:
        >>> import numpy as np
        >>> from keras_layers import ZeroPadding2D
        >>> tuple(ZeroPadding2D(1)(np.zeros((2, 8, 8, 3), "float32")).shape)
        (2, 10, 10, 3)
    """

    rank = 2

    def __init__(self, padding: Any = (1, 1), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(padding, data_format, **kwargs)
