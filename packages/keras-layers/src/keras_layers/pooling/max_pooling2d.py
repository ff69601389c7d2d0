"""MaxPooling2D: the greatest value of each window of images."""

from __future__ import annotations

from keras_core import ops

from keras_layers.pooling.base_pooling import BasePooling


class MaxPooling2D(BasePooling):
    """Takes the greatest value of each window of images, channel by channel.

    Args:
        pool_size: size of the window, an int or 2 ints.
        strides: distance of the windows; by default `pool_size`, so that they do not overlap.
        padding: "valid" for windows inside the input, "same" for ``ceil(size / stride)`` outputs.
        data_format: "channels_last" or "channels_first"; the configured one by default.

    Inputs have shape ``(batch, rows, columns, channels)``, or channels second.
    """

    rank = 2
    pool = staticmethod(ops.max_pool)


MaxPool2D = MaxPooling2D
