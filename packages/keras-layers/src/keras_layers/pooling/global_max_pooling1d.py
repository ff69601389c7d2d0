"""GlobalMaxPooling1D: the greatest value of each channel of sequences."""

from __future__ import annotations

from keras_core import ops

from keras_layers.pooling.base_global_pooling import BaseGlobalPooling


class GlobalMaxPooling1D(BaseGlobalPooling):
    """Maximum of each channel over all positions of sequences.

    Args:
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        keepdims: whether to keep the reduced axes, with size 1. Defaults to False.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, steps, channels)`` with `data_format` "channels_last", ``(batch, channels, steps)`` with
        "channels_first".

    Output shape:
        ``(batch, channels)``; with `keepdims` the reduced axes are kept with size 1.

    Raises:
        ValueError: if `data_format` is unknown or the rank of the input is not 3.

    Example:
        >>> import numpy as np
        >>> from keras_layers import GlobalMaxPooling1D
        >>> x = np.array([[[1.0], [3.0], [2.0], [6.0]]], "float32")
        >>> np.asarray(GlobalMaxPooling1D()(x)).tolist()
        [[6.0]]
    """

    rank = 1
    reduce = staticmethod(ops.max)


GlobalMaxPool1D = GlobalMaxPooling1D
