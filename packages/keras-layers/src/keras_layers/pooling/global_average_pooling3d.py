"""GlobalAveragePooling3D: the mean of each channel of volumes."""

from __future__ import annotations

from keras_core import ops

from keras_layers.pooling.base_global_pooling import BaseGlobalPooling


class GlobalAveragePooling3D(BaseGlobalPooling):
    """Takes the mean of each channel over the whole of volumes.

    Args:
        data_format: "channels_last" or "channels_first"; the configured one by default.
        keepdims: keep the reduced axes, of size 1.

    Inputs have shape ``(batch, dim1, dim2, dim3, channels)``, or channels second; outputs ``(batch, channels)``.
    """

    rank = 3
    reduce = staticmethod(ops.mean)


GlobalAvgPool3D = GlobalAveragePooling3D
