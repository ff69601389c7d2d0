"""Dropout: sets a random part of the input to zero while training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras_core import Layer, random
from keras_core.typing import Tensor

from keras_layers.checks import fraction
from keras_layers.old_names import OldNames, old_names
from keras_layers.shapes import is_symbolic

P_IS_RATE: OldNames = {"p": "rate"}


class Dropout(Layer):
    """Sets each element to zero with probability `rate`, and scales the others by ``1 / (1 - rate)``.

    Does nothing outside training.

    Args:
        rate: part of the elements to drop, from 0 to 1.
        noise_shape: shape of the mask, broadcast against the input; None stands for the input's size.
        seed: an int, for the same masks every time.

    Reference: Srivastava et al., 2014, https://jmlr.org/papers/v15/srivastava14a.html
    """

    @old_names(keras1=P_IS_RATE)
    def __init__(
        self, rate: float, noise_shape: Sequence[int | None] | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.rate = fraction(self, "rate", rate)
        self.noise_shape = None if noise_shape is None else tuple(noise_shape)
        self.seed = seed
        self.seed_generator = random.SeedGenerator(seed)
        self.supports_masking = True

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        if not training or self.rate == 0 or is_symbolic(inputs):
            return inputs
        return random.dropout(inputs, self.rate, noise_shape=self._noise_shape(inputs), seed=self.seed_generator)

    def _noise_shape(self, inputs: Tensor) -> Sequence[int | None] | None:
        """Shape of the mask for these inputs."""
        return self.noise_shape

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate, "seed": self.seed, "noise_shape": self.noise_shape}
