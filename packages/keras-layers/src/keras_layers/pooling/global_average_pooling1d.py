"""GlobalAveragePooling1D: the mean of each channel of sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.checks import fitting_mask
from keras_layers.pooling.base_global_pooling import BaseGlobalPooling
from keras_layers.shapes import static_shape

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class GlobalAveragePooling1D(BaseGlobalPooling):
    """Mean of each channel over all positions of sequences.

    Args:
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        keepdims: whether to keep the reduced axes, with size 1. Defaults to False.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: tensor.
        mask: booleans ``(batch, steps)``; steps where it is False do not count in the mean.

    Input shape:
        ``(batch, steps, channels)`` with `data_format` "channels_last", ``(batch, channels, steps)`` with
        "channels_first".

    Output shape:
        ``(batch, channels)``; with `keepdims` the reduced axes are kept with size 1.

    Raises:
        ValueError: if `data_format` is unknown or the rank of the input is not 3.

    Example:
        >>> import numpy as np
        >>> from keras_layers import GlobalAveragePooling1D
        >>> x = np.array([[[1.0], [3.0], [2.0], [6.0]]], "float32")
        >>> np.asarray(GlobalAveragePooling1D()(x)).tolist()
        [[3.0]]
    """

    rank = 1
    reduce = staticmethod(ops.mean)

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(data_format, keepdims, **kwargs)
        self.supports_masking = True

    def call(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor:
        if mask is None:
            return super().call(inputs)
        time = 2 if self.data_format == "channels_first" else 1
        sizes = static_shape(inputs)
        fitting_mask(self, static_shape(mask), (sizes[0], sizes[time]))
        counts = ops.expand_dims(ops.cast(mask, ops.dtype(inputs)), 3 - time)
        total = ops.sum(ops.multiply(inputs, counts), axis=time, keepdims=self.keepdims)
        steps = ops.sum(counts, axis=time, keepdims=self.keepdims)
        return ops.divide(total, ops.maximum(steps, 1))

    def compute_mask(self, inputs: Tensor, mask: Tensor | None = None) -> None:
        return None


GlobalAvgPool1D = GlobalAveragePooling1D
