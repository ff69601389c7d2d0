"""Base of the zero padding layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, Layer, ops

from keras_layers.checks import data_format as checked_data_format
from keras_layers.checks import pairs
from keras_layers.old_names import DIM_ORDERING, old_names
from keras_layers.shapes import spatial_axes, with_spatial

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor


class BaseZeroPadding(Layer):
    """Adds `padding` zeros at both ends of `rank` spatial axes."""

    rank: int

    @old_names(keras1=DIM_ORDERING)
    def __init__(self, padding: Any, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = checked_data_format(self, data_format)
        ends = pairs(self, "padding", padding, self.rank)
        self.padding: Any = ends if self.rank > 1 else ends[0]
        self.input_spec = InputSpec(ndim=self.rank + 2)

    @property
    def _ends(self) -> Any:
        """A pair (start, end) for each axis."""
        return self.padding if self.rank > 1 else (self.padding,)

    def call(self, inputs: Tensor) -> Tensor:
        widths = [(0, 0)] * (self.rank + 2)
        for axis, pair in zip(spatial_axes(self.rank, self.data_format), self._ends, strict=True):
            widths[axis] = pair
        return ops.pad(inputs, widths)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        sizes = [input_shape[axis] for axis in spatial_axes(self.rank, self.data_format)]
        padded = tuple(
            None if size is None else size + before + after
            for size, (before, after) in zip(sizes, self._ends, strict=True)
        )
        return with_spatial(input_shape, padded, self.data_format)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "padding": self.padding, "data_format": self.data_format}
