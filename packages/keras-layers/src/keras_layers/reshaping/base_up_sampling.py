"""Base of the upsampling layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, Layer, ops

from keras_layers.checks import data_format as checked_data_format
from keras_layers.checks import int_tuple
from keras_layers.old_names import DIM_ORDERING, old_names
from keras_layers.shapes import spatial_axes, with_spatial

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor


class BaseUpSampling(Layer):
    """Repeats each position of `rank` spatial axes `size` times."""

    rank: int

    @old_names(keras1=DIM_ORDERING)
    def __init__(self, size: Any, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = checked_data_format(self, data_format)
        self.size = int_tuple(self, "size", size, self.rank)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Tensor) -> Tensor:
        return ops.upsample(inputs, self.size, self.data_format)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        sizes = [input_shape[axis] for axis in spatial_axes(self.rank, self.data_format)]
        larger = tuple(None if size is None else size * times for size, times in zip(sizes, self.size, strict=True))
        return with_spatial(input_shape, larger, self.data_format)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "size": self.size, "data_format": self.data_format}
