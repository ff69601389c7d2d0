"""GlobalMaxPooling2D: the greatest value of each channel of images."""

from __future__ import annotations

from keras_core import ops

from keras_layers.pooling.base_global_pooling import BaseGlobalPooling


class GlobalMaxPooling2D(BaseGlobalPooling):
    """Takes the greatest value of each channel over the whole of images.

    Args:
        data_format: "channels_last" or "channels_first"; the configured one by default.
        keepdims: keep the reduced axes, of size 1.

    Inputs have shape ``(batch, rows, columns, channels)``, or channels second; outputs ``(batch, channels)``.
    """

    rank = 2
    reduce = staticmethod(ops.max)


GlobalMaxPool2D = GlobalMaxPooling2D
