"""Base of dropout and noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import active_trace, random

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
        trace = active_trace()
        made_in_call = (
            trace is not None and not trace.creating
        )  # no variable can be made: draws have no seed of their own
        self.seed_generator = None if made_in_call else random.SeedGenerator(seed)

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        if not training or self._strength() == 0 or is_symbolic(inputs):
            return inputs
        return self._perturb(inputs)

    def _strength(self) -> float:
        raise NotImplementedError

    def _perturb(self, inputs: Tensor) -> Tensor:
        raise NotImplementedError
