"""MaxPooling3D: the greatest value of each window of volumes."""

from __future__ import annotations

from keras_core import ops

from keras_layers.pooling.base_pooling import BasePooling


class MaxPooling3D(BasePooling):
    """Takes the greatest value of each window of volumes, channel by channel.

    Args:
        pool_size: size of the window, an int or 3 ints.
        strides: distance of the windows; by default `pool_size`, so that they do not overlap.
        padding: "valid" for windows inside the input, "same" for ``ceil(size / stride)`` outputs.
        data_format: "channels_last" or "channels_first"; the configured one by default.

    Inputs have shape ``(batch, dim1, dim2, dim3, channels)``, or channels second.
    """

    rank = 3
    pool = staticmethod(ops.max_pool)


MaxPool3D = MaxPooling3D
