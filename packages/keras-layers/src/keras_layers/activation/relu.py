"""ReLU: cuts values below a threshold."""

from __future__ import annotations

from typing import Any

from keras_core import Layer, activations
from keras_core.typing import Tensor

from keras_layers.checks import describe


class ReLU(Layer):
    """``x`` above `threshold`, else ``negative_slope * (x - threshold)``; at most `max_value`.

    Args:
        max_value: upper bound of the output, None for none.
        negative_slope: slope below the threshold.
        threshold: where the function bends.
    """

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        options = {"max_value": max_value, "negative_slope": negative_slope, "threshold": threshold}
        for name, value in options.items():
            if (value is None and name != "max_value") or (value is not None and value < 0):
                raise ValueError(f"{describe(self)}: {name} must be at least 0, got {value!r}.")
        self.max_value = max_value
        self.negative_slope = negative_slope
        self.threshold = threshold
        self.supports_masking = True

    def call(self, inputs: Tensor) -> Tensor:
        return activations.relu(
            inputs, negative_slope=self.negative_slope, max_value=self.max_value, threshold=self.threshold
        )

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "max_value": self.max_value,
            "negative_slope": self.negative_slope,
            "threshold": self.threshold,
        }
