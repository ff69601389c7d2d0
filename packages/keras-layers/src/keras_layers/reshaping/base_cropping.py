"""Base of the cropping layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, Layer, ops

from keras_layers.checks import data_format as checked_data_format
from keras_layers.checks import describe, pairs
from keras_layers.old_names import DIM_ORDERING, old_names
from keras_layers.shapes import spatial_axes, static_shape, with_spatial

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor


class BaseCropping(Layer):
    """Crops `rank` spatial axes at both ends."""

    rank: int

    @old_names(keras1=DIM_ORDERING)
    def __init__(self, cropping: Any, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = checked_data_format(self, data_format)
        ends = pairs(self, "cropping", cropping, self.rank)
        self.cropping: Any = ends if self.rank > 1 else ends[0]
        self.input_spec = InputSpec(ndim=self.rank + 2)

    @property
    def _ends(self) -> Any:
        """A pair (start, end) for each axis."""
        return self.cropping if self.rank > 1 else (self.cropping,)

    def call(self, inputs: Tensor) -> Tensor:
        BaseCropping.compute_output_shape(self, static_shape(inputs))  # which refuses what is too small
        key = [slice(None)] * (self.rank + 2)
        for axis, (before, after) in zip(spatial_axes(self.rank, self.data_format), self._ends, strict=True):
            key[axis] = slice(before, -after or None)
        return ops.getitem(inputs, tuple(key))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        sizes = [input_shape[axis] for axis in spatial_axes(self.rank, self.data_format)]
        left = tuple(
            None if size is None else size - before - after
            for size, (before, after) in zip(sizes, self._ends, strict=True)
        )
        if any(size is not None and size <= 0 for size in left):
            raise ValueError(
                f"{describe(self)}: nothing is left of an input of shape {tuple(input_shape)} after "
                f"cropping={self.cropping}. Crop less."
            )
        return with_spatial(input_shape, left, self.data_format)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "cropping": self.cropping, "data_format": self.data_format}
