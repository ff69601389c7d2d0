"""Dropout: random elements set to zero in training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import random
from keras_core.plain_arguments import listed

from keras_layers.checks import fraction
from keras_layers.old_names import OldNames, old_names
from keras_layers.regularization.base_noise import BaseNoise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor

P_IS_RATE: OldNames = {"p": "rate"}


class Dropout(BaseNoise):
    """Dropout: in training sets each element to 0 with probability `rate` and scales the others by ``1 / (1 - rate)``.

    Args:
        rate: fraction of the elements to drop, from 0 to 1.
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
        ValueError: if `rate` is not in [0, 1].

    Example:
        >>> import numpy as np
        >>> from keras_layers import Dropout
        >>> x = np.ones((2, 3), "float32")
        >>> np.asarray(Dropout(0.5)(x)).tolist()
        [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
        >>> tuple(Dropout(0.5)(x, training=True).shape)
        (2, 3)

    Reference: Srivastava et al., 2014, https://jmlr.org/papers/v15/srivastava14a.html
    """

    @old_names(keras1=P_IS_RATE)
    def __init__(
        self, rate: float, noise_shape: Sequence[int | None] | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(seed, **kwargs)
        self.rate = fraction(self, "rate", rate)
        self.noise_shape = None if noise_shape is None else tuple(listed(noise_shape))

    def _strength(self) -> float:
        return self.rate

    def _perturb(self, inputs: Tensor) -> Tensor:
        return random.dropout(inputs, self.rate, noise_shape=self._noise_shape(inputs), seed=self.seed_generator)

    def _noise_shape(self, inputs: Tensor) -> Sequence[int | None] | None:
        """Shape of the mask for these inputs."""
        return self.noise_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate, "seed": self.seed, "noise_shape": self.noise_shape}
