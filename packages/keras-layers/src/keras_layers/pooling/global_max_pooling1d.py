"""GlobalMaxPooling1D: the greatest value of each channel of sequences."""

from __future__ import annotations

from keras_core import ops

from keras_layers.pooling.base_global_pooling import BaseGlobalPooling


class GlobalMaxPooling1D(BaseGlobalPooling):
    """Takes the greatest value of each channel over the whole of sequences.

    Args:
        data_format: "channels_last" or "channels_first"; the configured one by default.
        keepdims: keep the reduced axes, of size 1.

    Inputs have shape ``(batch, time, channels)``, or channels second; outputs ``(batch, channels)``.
    """

    rank = 1
    reduce = staticmethod(ops.max)


GlobalMaxPool1D = GlobalMaxPooling1D
