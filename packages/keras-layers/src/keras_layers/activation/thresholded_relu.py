"""ThresholdedReLU: thresholded rectified linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.checks import describe
from keras_layers.elementwise import Elementwise

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class ThresholdedReLU(Elementwise):
    """Thresholded rectified linear unit: ``x`` where it exceeds `theta`, else 0.

    Args:
        theta: the threshold, at least 0. Defaults to 1.0.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        Any shape.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: if `theta` is negative or None.

    Example:
        >>> import numpy as np
        >>> from keras_layers import ThresholdedReLU
        >>> np.asarray(ThresholdedReLU(1.0)(np.array([[0.5, 2.0]], "float32"))).tolist()
        [[0.0, 2.0]]

    Reference: Konda et al., 2014, https://arxiv.org/abs/1402.3337
    """

    def __init__(self, theta: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if theta is None or theta < 0:
            raise ValueError(f"{describe(self)}: theta must be at least 0, got {theta!r}.")
        self.theta = float(theta)

    def call(self, inputs: Tensor) -> Tensor:
        return ops.multiply(inputs, ops.cast(ops.greater(inputs, self.theta), ops.dtype(inputs)))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "theta": self.theta}
