"""AveragePooling1D: the mean of each window of sequences."""

from __future__ import annotations

from keras_core import ops

from keras_layers.pooling.base_pooling import BasePooling


class AveragePooling1D(BasePooling):
    """Mean over windows of sequences, for each channel. Padding does not count in the mean.

    Args:
        pool_size: size of the window: an integer or a tuple of one. Defaults to 2.
        strides: step between neighbouring windows: an integer or a tuple of one. Defaults to `pool_size`, for windows
            that do not overlap.
        padding: "valid" for windows inside the input only, "same" for ``ceil(size / strides)`` windows. Defaults to
            "valid".
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, steps, channels)`` with `data_format` "channels_last", ``(batch, channels, steps)`` with
        "channels_first".

    Output shape:
        ``(batch, new_steps, channels)`` with `data_format` "channels_last", ``(batch, channels, new_steps)`` with
        "channels_first".
        Each spatial size is ``(size - pool_size) // strides + 1`` with "valid" padding and ``ceil(size / strides)``
        with "same".

    Raises:
        ValueError: if an argument is out of range or the rank of the input is not 3.

    Example:
        >>> import numpy as np
        >>> from keras_layers import AveragePooling1D
        >>> x = np.array([[[1.0], [3.0], [2.0], [6.0]]], "float32")
        >>> np.asarray(AveragePooling1D(2)(x)).ravel().tolist()
        [2.0, 4.0]
    """

    rank = 1
    pool = staticmethod(ops.average_pool)


AvgPool1D = AveragePooling1D
