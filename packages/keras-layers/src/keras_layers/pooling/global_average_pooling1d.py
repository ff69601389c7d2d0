"""GlobalAveragePooling1D: the mean of each channel of sequences."""

from __future__ import annotations

from typing import Any

from keras_core import ops
from keras_core.typing import Tensor

from keras_layers.pooling.base_global_pooling import BaseGlobalPooling


class GlobalAveragePooling1D(BaseGlobalPooling):
    """Takes the mean of each channel over the whole of sequences; masked steps do not count.

    Args:
        data_format: "channels_last" or "channels_first"; the configured one by default.
        keepdims: keep the reduced axis, of size 1.

    Inputs have shape ``(batch, time, channels)``, or channels second; outputs ``(batch, channels)``.
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
        counts = ops.expand_dims(ops.cast(mask, ops.dtype(inputs)), 3 - time)
        total = ops.sum(ops.multiply(inputs, counts), axis=time, keepdims=self.keepdims)
        steps = ops.sum(counts, axis=time, keepdims=self.keepdims)
        return ops.divide(total, ops.maximum(steps, 1))

    def compute_mask(self, inputs: Tensor, mask: Tensor | None = None) -> None:
        return None


GlobalAvgPool1D = GlobalAveragePooling1D
