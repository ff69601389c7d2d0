"""Base of dropout and noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import random

from keras_layers.elementwise import Elementwise
from keras_layers.shapes import is_symbolic

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class BaseNoise(Elementwise):
    """Changes its input at random in training, and returns it as it is otherwise.

    A subclass says in `_strength` how much, where 0 is not at all, and in `_perturb` how.
    """

    def __init__(self, seed: int | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = seed
        self.seed_generator = random.SeedGenerator(seed)

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        if not training or self._strength() == 0 or is_symbolic(inputs):
            return inputs
        return self._perturb(inputs)

    def _strength(self) -> float:
        raise NotImplementedError

    def _perturb(self, inputs: Tensor) -> Tensor:
        raise NotImplementedError
