"""ReLU: rectified linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import activations

from keras_layers.checks import describe
from keras_layers.elementwise import Elementwise

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class ReLU(Elementwise):
    """Rectified linear unit: ``min(x, max_value)`` from `threshold` on, else ``negative_slope * (x - threshold)``.

    Args:
        max_value: upper bound of the output, at least 0; None sets none. Defaults to None.
        negative_slope: slope below the threshold, at least 0. Defaults to 0.0.
        threshold: value below which inputs are cut, at least 0. Defaults to 0.0.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        Any shape.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: if an argument is negative, or `negative_slope` or `threshold` is None.

    Example:
        >>> import numpy as np
        >>> from keras_layers import ReLU
        >>> np.asarray(ReLU(max_value=6.0)(np.array([[-1.0, 2.0, 9.0]], "float32"))).tolist()
        [[0.0, 2.0, 6.0]]

    Reference: Nair and Hinton, 2010, https://www.cs.toronto.edu/~hinton/absps/reluICML.pdf
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

    def call(self, inputs: Tensor) -> Tensor:
        return activations.relu(
            inputs, negative_slope=self.negative_slope, max_value=self.max_value, threshold=self.threshold
        )

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "max_value": self.max_value,
            "negative_slope": self.negative_slope,
            "threshold": self.threshold,
        }
