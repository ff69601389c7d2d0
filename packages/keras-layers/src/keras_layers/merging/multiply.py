"""Multiply: multiplies inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras_core import ops
from keras_core.typing import Tensor

from keras_layers.merging.base_merge import BaseMerge
from keras_layers.shapes import mask_like


class Multiply(BaseMerge):
    """The product of a list of tensors; shapes are broadcast.

    Where all inputs are masked, those masked at an element count as 1 there, and the output is 0
    where every input is masked.

    Raises:
        ValueError: if the inputs are not a list of tensors whose shapes fit.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Multiply
        >>> np.asarray(Multiply()([np.array([[2.0]]), np.array([[3.0]])])).tolist()
        [[6.0]]
    """

    merge = staticmethod(ops.multiply)

    def call(self, inputs: Sequence[Tensor], mask: Any = None) -> Tensor:
        self._check_number(inputs)
        kept = self.compute_mask(inputs, mask)
        if kept is None:
            return super().call(inputs)
        filled = [ops.where(mask_like(one, x), x, 1) for x, one in zip(inputs, mask, strict=True)]
        product = super().call(filled)
        return ops.multiply(product, ops.cast(mask_like(kept, product), ops.dtype(product)))


def multiply(inputs: Sequence[Tensor], **kwargs: Any) -> Tensor:
    """`Multiply` as a function: makes the layer with `kwargs` and calls it."""
    return Multiply(**kwargs)(inputs)
