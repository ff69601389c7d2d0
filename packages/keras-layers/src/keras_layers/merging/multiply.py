"""Multiply: the product of inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.merging.base_merge import BaseMerge
from keras_layers.shapes import mask_like

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class Multiply(BaseMerge):
    """Product of a list of tensors, elementwise.

    Masked elements count as 1. An element of the output is masked where it is masked in every input, and 0 there; if an
    input has no mask, neither has the output.

    Args:
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        A list of tensors whose shapes broadcast. Tensors of lower rank get axes of size 1 after the batch.

    Output shape:
        The shape that the inputs broadcast to.

    Raises:
        ValueError: if the inputs are not a list of tensors, or their shapes do not broadcast.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Multiply
        >>> x1, x2 = np.array([[1.0, 4.0]], "float32"), np.array([[2.0, 3.0]], "float32")
        >>> np.asarray(Multiply()([x1, x2])).tolist()
        [[2.0, 12.0]]
    """

    merge = staticmethod(ops.multiply)

    compute_output_shape = BaseMerge.compute_output_shape  # which masks do not change

    def call(self, inputs: Sequence[Tensor], mask: Any = None) -> Tensor:
        masks = self._masks(inputs, mask)
        filled = [x if m is None else ops.where(mask_like(m, x), x, 1) for x, m in zip(inputs, masks, strict=True)]
        product = super().call(filled)
        kept = BaseMerge.compute_mask(self, inputs, mask)
        if kept is None:
            return product
        return ops.multiply(product, ops.cast(mask_like(kept, product), ops.dtype(product)))


def multiply(inputs: Sequence[Tensor], **kwargs: Any) -> Tensor:
    """Product of a list of tensors, elementwise.

    Makes a layer `Multiply` and calls it.

    Args:
        inputs: list of tensors whose shapes broadcast.
        **kwargs: arguments of the layer, such as `name`.

    Returns:
        Tensor of the shape that the inputs broadcast to.

    Raises:
        ValueError: if the inputs are not a list of tensors, or their shapes do not broadcast.

    Example:
        >>> import numpy as np
        >>> from keras_layers import multiply
        >>> x1, x2 = np.array([[1.0, 4.0]], "float32"), np.array([[2.0, 3.0]], "float32")
        >>> np.asarray(multiply([x1, x2])).tolist()
        [[2.0, 12.0]]
    """
    return Multiply(**kwargs)(inputs)
