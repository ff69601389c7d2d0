"""LeakyReLU: leaky rectified linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.checks import describe
from keras_layers.elementwise import Elementwise
from keras_layers.old_names import old_names

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class LeakyReLU(Elementwise):
    """Leaky rectified linear unit: ``x`` where positive, else ``negative_slope * x``.

    Args:
        negative_slope: slope for negative inputs, at least 0. Keras 2 calls it `alpha`. Defaults to 0.3.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        Any shape.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: if `negative_slope` is negative or None.

    Example:
        >>> import numpy as np
        >>> from keras_layers import LeakyReLU
        >>> np.asarray(LeakyReLU(0.5)(np.array([[-1.0, 2.0]], "float32"))).tolist()
        [[-0.5, 2.0]]

    Reference: Maas et al., 2013, https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf
    """

    @old_names(keras2={"alpha": "negative_slope"})
    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if negative_slope is None or negative_slope < 0:
            raise ValueError(f"{describe(self)}: negative_slope must be at least 0, got {negative_slope!r}.")
        self.negative_slope = float(negative_slope)

    @property
    def alpha(self) -> float:
        """Keras 2's name of `negative_slope`."""
        return self.negative_slope

    def call(self, inputs: Tensor) -> Tensor:
        return ops.leaky_relu(inputs, self.negative_slope)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "negative_slope": self.negative_slope}
