"""ZeroPadding1D: sequences padded with zeros."""

from __future__ import annotations

from typing import Any

from keras_core.plain_arguments import listed

from keras_layers.reshaping.base_zero_padding import BaseZeroPadding


class ZeroPadding1D(BaseZeroPadding):
    """Pads sequences with zeros.

    Args:
        padding: number of steps at each end, or a pair (start, end). Defaults to 1.
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, steps, channels)`` with `data_format` "channels_last", ``(batch, channels, steps)`` with
        "channels_first".

    Output shape:
        ``(batch, new_steps, channels)`` with `data_format` "channels_last", ``(batch, channels, new_steps)`` with
        "channels_first".

    Raises:
        ValueError: if `padding` does not have this form or `data_format` is unknown.

    Example:
        >>> import numpy as np
        >>> from keras_layers import ZeroPadding1D
        >>> tuple(ZeroPadding1D(1)(np.zeros((2, 10, 3), "float32")).shape)
        (2, 12, 3)
    """

    rank = 1

    def __init__(self, padding: int | tuple[int, int] = 1, data_format: str | None = None, **kwargs: Any) -> None:
        padding = listed(padding)
        both = (padding,) if isinstance(padding, (list, tuple)) else padding
        super().__init__(both, data_format, **kwargs)
