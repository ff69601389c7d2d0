"""Permute: permuted axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, Layer, ops
from keras_core.plain_arguments import listed

from keras_layers.checks import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Shape, Tensor


class Permute(Layer):
    """Permutes the axes of each example.

    Args:
        dims: the axes in their new order, counted from 1 as the batch is axis 0: ``(2, 1)`` exchanges the axes of
            matrices.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, ...)`` with as many axes after the batch as `dims`.

    Output shape:
        ``(batch, ...)`` with the axes in the order of `dims`.

    Raises:
        ValueError: if `dims` is not a permutation of 1 to ``len(dims)``.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Permute
        >>> tuple(Permute((2, 1))(np.zeros((2, 3, 4), "float32")).shape)
        (2, 4, 3)
    """

    def __init__(self, dims: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        dims = listed(dims)
        if not isinstance(dims, (list, tuple)) or not all(isinstance(dim, int) for dim in dims):
            raise ValueError(f"{describe(self)}: dims must be a list of whole numbers, got {dims!r}.")
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(
                f"{describe(self)}: dims must be an order of the axes 1 to {len(self.dims)}, got {dims!r}."
            )
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def call(self, inputs: Tensor) -> Tensor:
        return ops.transpose(inputs, (0, *self.dims))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], *(input_shape[axis] for axis in self.dims))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "dims": self.dims}
