"""RepeatVector: a vector repeated along time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, Layer, ops

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt, Shape, Tensor


class RepeatVector(Layer):
    """Repeats each vector `n` times along a new time axis.

    Args:
        n: number of repetitions, a positive integer.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, features)``

    Output shape:
        ``(batch, n, features)``

    Raises:
        ValueError: if `n` is not a positive integer.

    Example:
        >>> import numpy as np
        >>> from keras_layers import RepeatVector
        >>> tuple(RepeatVector(3)(np.zeros((2, 4), "float32")).shape)
        (2, 3, 4)
    """

    def __init__(self, n: PositiveInt, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n = n
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs: Tensor) -> Tensor:
        return ops.repeat(ops.expand_dims(inputs, 1), self.n, axis=1)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], self.n, input_shape[1])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "n": self.n}
