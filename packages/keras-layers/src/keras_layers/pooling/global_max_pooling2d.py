"""GlobalMaxPooling2D: the greatest value of each channel of images."""

from __future__ import annotations

from keras_core import ops

from keras_layers.pooling.base_global_pooling import BaseGlobalPooling


class GlobalMaxPooling2D(BaseGlobalPooling):
    """Maximum of each channel over all positions of images.

    Args:
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        keepdims: whether to keep the reduced axes, with size 1. Defaults to False.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, height, width, channels)`` with `data_format` "channels_last", ``(batch, channels, height, width)``
        with "channels_first".

    Output shape:
        ``(batch, channels)``; with `keepdims` the reduced axes are kept with size 1.

    Raises:
        ValueError: if `data_format` is unknown or the rank of the input is not 4.

    Example:
        >>> import numpy as np
        >>> from keras_layers import GlobalMaxPooling2D
        >>> tuple(GlobalMaxPooling2D()(np.zeros((2, 8, 8, 3), "float32")).shape)
        (2, 3)
    """

    rank = 2
    reduce = staticmethod(ops.max)


GlobalMaxPool2D = GlobalMaxPooling2D
