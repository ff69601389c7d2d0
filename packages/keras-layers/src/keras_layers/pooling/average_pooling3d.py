"""AveragePooling3D: the mean of each window of volumes."""

from __future__ import annotations

from keras_core import ops

from keras_layers.pooling.base_pooling import BasePooling


class AveragePooling3D(BasePooling):
    """Mean over windows of volumes, for each channel. Padding does not count in the mean.

    Args:
        pool_size: size of the window: an integer or three of them (depth, height, width). Defaults to 2.
        strides: step between neighbouring windows: an integer or three of them (depth, height, width). Defaults to
            `pool_size`, for windows that do not overlap.
        padding: "valid" for windows inside the input only, "same" for ``ceil(size / strides)`` windows. Defaults to
            "valid".
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, depth, height, width, channels)`` with `data_format` "channels_last", ``(batch, channels, depth,
        height, width)`` with "channels_first".

    Output shape:
        ``(batch, new_depth, new_height, new_width, channels)`` with `data_format` "channels_last", ``(batch, channels,
        new_depth, new_height, new_width)`` with "channels_first".
        Each spatial size is ``(size - pool_size) // strides + 1`` with "valid" padding and ``ceil(size / strides)``
        with "same".

    Raises:
        ValueError: if an argument is out of range or the rank of the input is not 5.

    Example:
        >>> import numpy as np
        >>> from keras_layers import AveragePooling3D
        >>> tuple(AveragePooling3D(2)(np.zeros((2, 4, 4, 4, 3), "float32")).shape)
        (2, 2, 2, 2, 3)
    """

    rank = 3
    pool = staticmethod(ops.average_pool)


AvgPool3D = AveragePooling3D
