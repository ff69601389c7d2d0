"""Multiply: the product of inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras_core import ops
from keras_core.typing import Tensor

from keras_layers.merging.base_merge import BaseMerge
from keras_layers.shapes import mask_like


class Multiply(BaseMerge):
    """Product of a list of tensors, elementwise.

    Where all inputs have masks, masked elements count as 1, and the output is 0 where every input is masked. An element
    of the output is masked where it is masked in every input; if an input has no mask, neither has the output.

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

    def call(self, inputs: Sequence[Tensor], mask: Any = None) -> Tensor:
        self._check_number(inputs)
        kept = self.compute_mask(inputs, mask)
        if kept is None:
            return super().call(inputs)
        filled = [ops.where(mask_like(one, x), x, 1) for x, one in zip(inputs, mask, strict=True)]
        product = super().call(filled)
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
