"""AdaptiveMaxPooling1D: the greatest value of each of a given number of windows of sequences."""

from __future__ import annotations

from keras_core import ops

from keras_layers.pooling.base_adaptive_pooling import BaseAdaptivePooling


class AdaptiveMaxPooling1D(BaseAdaptivePooling):
    """Maximum over as many windows of sequences as the output has places, for each channel.

    Window k of n along an axis reaches from ``floor(k * size / n)`` to before ``ceil((k + 1) * size / n)``.

    Args:
        output_size: size of the output, an integer or a tuple of 1.
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, steps, channels)`` with `data_format` "channels_last", ``(batch, channels, steps)`` with
        "channels_first"; the spatial sizes are known.

    Output shape:
        ``(batch, output_size, channels)`` with `data_format` "channels_last", ``(batch, channels, output_size)`` with
        "channels_first".

    Raises:
        ValueError: if `output_size` is out of range, the rank of the input is not 3, or a spatial size is unknown.

    Example:
        >>> import numpy as np
        >>> from keras_layers import AdaptiveMaxPooling1D
        >>> x = np.array([[[1.0], [3.0], [2.0], [6.0]]], "float32")
        >>> np.asarray(AdaptiveMaxPooling1D(2)(x)).ravel().tolist()
        [3.0, 6.0]
    """

    rank = 1
    pool = staticmethod(ops.adaptive_max_pool)
