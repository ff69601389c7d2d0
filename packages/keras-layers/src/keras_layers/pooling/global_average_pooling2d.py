"""GlobalAveragePooling2D: the mean of each channel of images."""

from __future__ import annotations

from keras_core import ops

from keras_layers.pooling.base_global_pooling import BaseGlobalPooling


class GlobalAveragePooling2D(BaseGlobalPooling):
    """Takes the mean of each channel over the whole of images.

    Args:
        data_format: "channels_last" or "channels_first"; the configured one by default.
        keepdims: keep the reduced axes, of size 1.

    Inputs have shape ``(batch, rows, columns, channels)``, or channels second; outputs ``(batch, channels)``.
    """

    rank = 2
    reduce = staticmethod(ops.mean)


GlobalAvgPool2D = GlobalAveragePooling2D
