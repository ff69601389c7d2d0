"""Reshape: the same elements in another shape."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import Layer, ops
from keras_core.plain_arguments import listed

from keras_layers.checks import describe
from keras_layers.old_names import old_names
from keras_layers.shapes import static_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Shape, Tensor


class Reshape(Layer):
    """Reshapes each example.

    Args:
        target_shape: shape without the batch; one size may be -1 and is then inferred.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, ...)``

    Output shape:
        ``(batch, *target_shape)``

    Raises:
        ValueError: if `target_shape` holds several -1, or an example does not have as many elements as it.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Reshape
        >>> tuple(Reshape((3, -1))(np.zeros((2, 12), "float32")).shape)
        (2, 3, 4)
    """

    @old_names(keras1={"dims": "target_shape"})
    def __init__(self, target_shape: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        target_shape = listed(target_shape)
        target = tuple(target_shape) if isinstance(target_shape, (list, tuple)) else (target_shape,)
        if not all(size is None or (isinstance(size, (int, float)) and size == int(size)) for size in target):
            raise ValueError(f"{describe(self)}: target_shape must hold whole numbers, got {target_shape!r}.")
        self.target_shape = tuple(-1 if size is None else int(size) for size in target)
        if self.target_shape.count(-1) > 1 or min(self.target_shape, default=1) < -1:
            raise ValueError(
                f"{describe(self)}: target_shape must hold positive sizes and at most one -1, got {target_shape!r}."
            )

    def call(self, inputs: Tensor) -> Tensor:
        batch, *target = Reshape.compute_output_shape(self, static_shape(inputs))
        if batch is not None:
            return ops.reshape(inputs, (batch, *(-1 if size is None else size for size in target)))
        if None not in target:
            return ops.reshape(inputs, (-1, *target))
        return ops.reshape(inputs, (ops.shape(inputs)[0], *self.target_shape))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        sizes = input_shape[1:]
        if None in sizes:
            return (input_shape[0], *(None if size == -1 else size for size in self.target_shape))
        total = math.prod(sizes)  # type: ignore[arg-type]
        known = math.prod(size for size in self.target_shape if size != -1)
        if (-1 in self.target_shape and (known == 0 or total % known)) or (
            -1 not in self.target_shape and total != known
        ):
            raise ValueError(
                f"{describe(self)}: an example of shape {tuple(sizes)} has {total} numbers, which do not fit "
                f"target_shape {self.target_shape}. Change target_shape or the layer before."
            )
        return (input_shape[0], *(total // known if size == -1 else size for size in self.target_shape))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "target_shape": self.target_shape}
