"""GlobalAveragePooling3D: the mean of each channel of volumes."""

from __future__ import annotations

from keras_core import ops

from keras_layers.pooling.base_global_pooling import BaseGlobalPooling


class GlobalAveragePooling3D(BaseGlobalPooling):
    """Mean of each channel over all positions of volumes.

    Args:
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        keepdims: whether to keep the reduced axes, with size 1. Defaults to False.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, depth, height, width, channels)`` with `data_format` "channels_last", ``(batch, channels, depth,
        height, width)`` with "channels_first".

    Output shape:
        ``(batch, channels)``; with `keepdims` the reduced axes are kept with size 1.

    Raises:
        ValueError: if `data_format` is unknown or the rank of the input is not 5.

    Example:
        >>> import numpy as np
        >>> from keras_layers import GlobalAveragePooling3D
        >>> tuple(GlobalAveragePooling3D()(np.zeros((2, 4, 4, 4, 3), "float32")).shape)
        (2, 3)
    """

    rank = 3
    reduce = staticmethod(ops.mean)


GlobalAvgPool3D = GlobalAveragePooling3D
