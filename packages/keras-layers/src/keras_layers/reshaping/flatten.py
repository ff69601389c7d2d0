"""Flatten: each example flattened to one axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, Layer, ops

from keras_layers.checks import data_format as checked_data_format
from keras_layers.shapes import static_shape

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor


class Flatten(Layer):
    """Flattens each example to one axis.

    Args:
        data_format: "channels_first" inputs are transposed to channels-last order first, so that later weights fit both
            formats; by default `keras.config.image_data_format()`.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, ...)``

    Output shape:
        ``(batch, features)``; ``(batch,)`` becomes ``(batch, 1)``.

    Raises:
        ValueError: if `data_format` is unknown.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Flatten
        >>> tuple(Flatten()(np.zeros((2, 3, 4), "float32")).shape)
        (2, 12)
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = checked_data_format(self, data_format)
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Tensor) -> Tensor:
        rank = len(static_shape(inputs))
        if self.data_format == "channels_first" and rank > 2:
            inputs = ops.transpose(inputs, (0, *range(2, rank), 1))
        sizes = static_shape(inputs)
        if None in sizes[1:]:
            return ops.reshape(inputs, (ops.shape(inputs)[0], -1))
        return ops.reshape(inputs, (-1 if sizes[0] is None else sizes[0], math.prod(sizes[1:])))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        sizes = input_shape[1:]
        return (input_shape[0], None if None in sizes else math.prod(sizes))  # type: ignore[arg-type]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "data_format": self.data_format}
