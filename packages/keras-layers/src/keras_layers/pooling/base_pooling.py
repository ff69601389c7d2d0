"""Base of the pooling layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, Layer

from keras_layers.checks import choice, int_tuple
from keras_layers.checks import data_format as checked_data_format
from keras_layers.old_names import POOLING, old_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import Tensor


class BasePooling(Layer):
    """Reduces windows of `rank` spatial axes to one value each."""

    rank: int
    pool: Callable[..., Tensor]

    @old_names(keras1=POOLING)
    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.pool_size = int_tuple(self, "pool_size", pool_size, self.rank)
        self.strides = self.pool_size if strides is None else int_tuple(self, "strides", strides, self.rank)
        self.padding = choice(self, "padding", padding, ("valid", "same"))
        self.data_format = checked_data_format(self, data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Tensor) -> Tensor:
        return self._pooling_function(
            inputs=inputs,
            pool_size=self.pool_size,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
        )

    def _pooling_function(self, inputs: Tensor, pool_size: Any, strides: Any, padding: str, data_format: str) -> Tensor:
        """What Keras 2's subclasses override."""
        return type(self).pool(inputs, pool_size, strides=strides, padding=padding, data_format=data_format)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "pool_size": self.pool_size,
            "padding": self.padding,
            "strides": self.strides,
            "data_format": self.data_format,
        }
