"""GaussianDropout: multiplicative Gaussian noise in training."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import ops, random

from keras_layers.checks import fraction
from keras_layers.old_names import old_names
from keras_layers.regularization.base_noise import BaseNoise
from keras_layers.regularization.dropout import P_IS_RATE

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class GaussianDropout(BaseNoise):
    """Gaussian dropout: in training multiplies by noise of mean 1 and standard deviation ``sqrt(rate / (1 - rate))``.

    Args:
        rate: dropout rate whose variance the noise has, from 0 to below 1.
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
        >>> from keras_layers import GaussianDropout
        >>> tuple(GaussianDropout(0.5, seed=1)(np.ones((2, 3), "float32"), training=True).shape)
        (2, 3)

    Reference: Srivastava et al., 2014, https://jmlr.org/papers/v15/srivastava14a.html
    """

    @old_names(keras1=P_IS_RATE)
    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(seed, **kwargs)
        self.rate = fraction(self, "rate", rate, below_one=True)

    def _strength(self) -> float:
        return self.rate

    def _perturb(self, inputs: Tensor) -> Tensor:
        noise = random.normal(
            ops.shape(inputs),
            mean=1.0,
            stddev=math.sqrt(self.rate / (1 - self.rate)),
            dtype=self.compute_dtype,
            seed=self.seed_generator,
        )
        return ops.multiply(inputs, noise)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}
