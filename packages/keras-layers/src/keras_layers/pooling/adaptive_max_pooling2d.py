"""AdaptiveMaxPooling2D: the greatest value of each of a given number of windows of images."""

from __future__ import annotations

from keras_core import ops

from keras_layers.pooling.base_adaptive_pooling import BaseAdaptivePooling


class AdaptiveMaxPooling2D(BaseAdaptivePooling):
    """Maximum over as many windows of images as the output has places, for each channel.

    Window k of n along an axis reaches from ``floor(k * size / n)`` to before ``ceil((k + 1) * size / n)``.

    Args:
        output_size: size of the output, an integer or a tuple of 2.
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, rows, columns, channels)`` with `data_format` "channels_last", ``(batch, channels, rows, columns)``
        with "channels_first"; the spatial sizes are known.

    Output shape:
        ``(batch, *output_size, channels)`` with `data_format` "channels_last", ``(batch, channels, *output_size)`` with
        "channels_first".

    Raises:
        ValueError: if `output_size` is out of range, the rank of the input is not 4, or a spatial size is unknown.

    Example:
        >>> import numpy as np
        >>> from keras_layers import AdaptiveMaxPooling2D
        >>> x = np.arange(16.0, dtype="float32").reshape(1, 4, 4, 1)
        >>> np.asarray(AdaptiveMaxPooling2D(2)(x)).ravel().tolist()
        [5.0, 7.0, 13.0, 15.0]
    """

    rank = 2
    pool = staticmethod(ops.adaptive_max_pool)
