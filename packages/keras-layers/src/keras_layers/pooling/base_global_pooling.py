"""Base of the global pooling layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, Layer

from keras_layers.checks import data_format as checked_data_format
from keras_layers.old_names import DIM_ORDERING, old_names
from keras_layers.shapes import spatial_axes

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import Tensor


class BaseGlobalPooling(Layer):
    """Reduces all `rank` spatial axes to one value."""

    rank: int
    reduce: Callable[..., Tensor]

    @old_names(keras1=DIM_ORDERING)
    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = checked_data_format(self, data_format)
        self.keepdims = keepdims
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Tensor) -> Tensor:
        axes = spatial_axes(self.rank, self.data_format)
        return type(self).reduce(inputs, axis=axes, keepdims=self.keepdims)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "data_format": self.data_format, "keepdims": self.keepdims}
