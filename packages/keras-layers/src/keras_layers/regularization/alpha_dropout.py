"""AlphaDropout: dropout that keeps mean and variance, for networks of SELUs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import ops, random

from keras_layers.checks import fraction
from keras_layers.old_names import old_names
from keras_layers.regularization.base_noise import BaseNoise
from keras_layers.regularization.dropout import P_IS_RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor

# The limit of SELU for very negative inputs: -scale * alpha.
_DROPPED = -1.0507009873554805 * 1.6732632423543772


class AlphaDropout(BaseNoise):
    """Alpha dropout: sets elements to SELU's lower limit, then restores mean 0 and variance 1.

    Args:
        rate: fraction of the elements to drop, from 0 to below 1.
        noise_shape: shape of the mask, which is broadcast against the input, with None for a size of the input; None is
            the input's shape. Defaults to None.
        seed: an integer that makes the random masks reproducible; None draws a seed. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: tensor.
        training: whether to apply it; otherwise the input is returned.

    Input shape:
        Any shape.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: if `rate` is not in [0, 1).

    Example:
        >>> import numpy as np
        >>> from keras_layers import AlphaDropout
        >>> tuple(AlphaDropout(0.5, seed=1)(np.ones((2, 3), "float32"), training=True).shape)
        (2, 3)

    Reference: Klambauer et al., 2017, https://arxiv.org/abs/1706.02515
    """

    @old_names(keras1=P_IS_RATE)
    def __init__(
        self, rate: float, noise_shape: Sequence[int | None] | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(seed, **kwargs)
        self.rate = fraction(self, "rate", rate, below_one=True)
        self.noise_shape = None if noise_shape is None else tuple(noise_shape)

    def _strength(self) -> float:
        return self.rate

    def _perturb(self, inputs: Tensor) -> Tensor:
        sizes = ops.shape(inputs)
        mask_shape = tuple(
            size if wanted is None else wanted
            for size, wanted in zip(sizes, self.noise_shape or (None,) * len(sizes), strict=True)
        )
        drawn = random.uniform(mask_shape, dtype=self.compute_dtype, seed=self.seed_generator)
        scale = 1 / math.sqrt((1 - self.rate) * (1 + self.rate * _DROPPED**2))
        mixed = ops.where(ops.greater_equal(drawn, self.rate), inputs, _DROPPED)
        return ops.add(ops.multiply(mixed, scale), -scale * _DROPPED * self.rate)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate, "seed": self.seed, "noise_shape": self.noise_shape}
