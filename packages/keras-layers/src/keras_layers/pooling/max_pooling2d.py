"""MaxPooling2D: the greatest value of each window of images."""

from __future__ import annotations

from keras_core import ops

from keras_layers.pooling.base_pooling import BasePooling


class MaxPooling2D(BasePooling):
    """Maximum over windows of images, for each channel.

    Args:
        pool_size: size of the window: an integer or a pair (height, width). Defaults to 2.
        strides: step between neighbouring windows: an integer or a pair (height, width). Defaults to `pool_size`, for
            windows that do not overlap.
        padding: "valid" for windows inside the input only, "same" for ``ceil(size / strides)`` windows. Defaults to
            "valid".
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, height, width, channels)`` with `data_format` "channels_last", ``(batch, channels, height, width)``
        with "channels_first".

    Output shape:
        ``(batch, new_height, new_width, channels)`` with `data_format` "channels_last", ``(batch, channels, new_height,
        new_width)`` with "channels_first".
        Each spatial size is ``(size - pool_size) // strides + 1`` with "valid" padding and ``ceil(size / strides)``
        with "same".

    Raises:
        ValueError: if an argument is out of range or the rank of the input is not 4.

    Example:
        >>> import numpy as np
        >>> from keras_layers import MaxPooling2D
        >>> tuple(MaxPooling2D(2)(np.zeros((2, 8, 8, 3), "float32")).shape)
        (2, 4, 4, 3)
    """

    rank = 2
    pool = staticmethod(ops.max_pool)


MaxPool2D = MaxPooling2D
