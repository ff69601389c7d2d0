"""Base of the pooling layers whose output has a given size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, Layer

from keras_layers.checks import data_format as checked_data_format
from keras_layers.checks import int_tuple
from keras_layers.shapes import with_spatial

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import Shape, Tensor


class BaseAdaptivePooling(Layer):
    """Reduces as many windows of `rank` spatial axes as `output_size` says to one value each."""

    rank: int
    pool: Callable[..., Tensor]

    def __init__(self, output_size: Any, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.output_size = int_tuple(self, "output_size", output_size, self.rank)
        self.data_format = checked_data_format(self, data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Tensor) -> Tensor:
        return type(self).pool(inputs, self.output_size, data_format=self.data_format)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return with_spatial(tuple(input_shape), self.output_size, self.data_format)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "output_size": self.output_size, "data_format": self.data_format}
