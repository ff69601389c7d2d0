"""Masking: masks padded time steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.elementwise import Elementwise

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class Masking(Elementwise):
    """Masks the time steps whose features all equal `mask_value`, and sets them to 0.

    Args:
        mask_value: value that marks padded steps. Defaults to 0.0.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, steps, ..., features)``

    Output shape:
        Same shape as the input; the mask has shape ``(batch, steps, ...)`` and is False at masked steps.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Masking
        >>> x = np.array([[[1.0], [-1.0]]], "float32")
        >>> np.asarray(Masking(mask_value=-1.0)(x)).ravel().tolist()
        [1.0, -0.0]
    """

    def __init__(self, mask_value: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mask_value = mask_value

    def compute_mask(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor:
        return ops.any(ops.not_equal(inputs, self.mask_value), axis=-1)

    def call(self, inputs: Tensor) -> Tensor:
        kept = ops.any(ops.not_equal(inputs, self.mask_value), axis=-1, keepdims=True)
        return ops.multiply(inputs, ops.cast(kept, ops.dtype(inputs)))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "mask_value": self.mask_value}
