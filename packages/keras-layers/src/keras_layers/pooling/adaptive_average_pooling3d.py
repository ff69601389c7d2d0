"""AdaptiveAveragePooling3D: the mean of each of a given number of windows of volumes."""

from __future__ import annotations

from keras_core import ops

from keras_layers.pooling.base_adaptive_pooling import BaseAdaptivePooling


class AdaptiveAveragePooling3D(BaseAdaptivePooling):
    """Mean over as many windows of volumes as the output has places, for each channel.

    Window k of n along an axis reaches from ``floor(k * size / n)`` to before ``ceil((k + 1) * size / n)``.

    Args:
        output_size: size of the output, an integer or a tuple of 3.
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, depth, rows, columns, channels)`` with `data_format` "channels_last", ``(batch, channels, depth, rows,
        columns)`` with "channels_first"; the spatial sizes are known.

    Output shape:
        ``(batch, *output_size, channels)`` with `data_format` "channels_last", ``(batch, channels, *output_size)`` with
        "channels_first".

    Raises:
        ValueError: if `output_size` is out of range, the rank of the input is not 5, or a spatial size is unknown.

    Example:
        >>> import numpy as np
        >>> from keras_layers import AdaptiveAveragePooling3D
        >>> x = np.arange(8.0, dtype="float32").reshape(1, 2, 2, 2, 1)
        >>> np.asarray(AdaptiveAveragePooling3D(1)(x)).ravel().tolist()
        [3.5]
    """

    rank = 3
    pool = staticmethod(ops.adaptive_average_pool)
