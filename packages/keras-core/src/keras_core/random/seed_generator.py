"""Random state as an ordinary variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from keras_core import ops
from keras_core.naming import auto_name
from keras_core.plain_arguments import plain
from keras_core.random.seeds import next_seed
from keras_core.staging.variable import Variable

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class SeedGenerator:
    """Gives a new key for each draw.

    Its state is a uint32 Variable (seed, counter): it is saved with a model, works inside control flow
    and does not depend on how steps are grouped.

    Args:
        seed: int; drawn from the global stream when None. Defaults to None.
        name: for the variable's path. Defaults to None.
        **kwargs: not accepted; any raises TypeError.

    Raises:
        TypeError: for an argument besides `seed` and `name`.

    Example:
        >>> from keras_core import ops
        >>> from keras_core.random import SeedGenerator
        >>> generator = SeedGenerator(7)
        >>> _ = generator.next()
        >>> generator.state.numpy().tolist()
        [7, 1]
    """

    def __init__(self, seed: int | None = None, name: str | None = None, **kwargs: Any) -> None:
        if kwargs:
            raise TypeError(f"SeedGenerator() does not take {', '.join(kwargs)}; it takes seed and name.")
        if seed is None:
            seed = next_seed()
        seed = plain(seed)
        if not isinstance(seed, int):
            raise ValueError(f"SeedGenerator() takes an int seed, got {seed!r}.")
        self.name = name or auto_name("seed_generator")
        self.seed: int = seed
        start = np.array([self.seed & 0xFFFFFFFF, 0], dtype="uint32")
        self.state = Variable(start, dtype="uint32", trainable=False, name="seed_generator_state")

    def next(self, ordered: bool = True) -> Tensor:
        """The current key, a uint32 tensor of shape (2,); the counter moves on."""
        key = self.state.value
        self.state.assign(ops.add(key, ops.convert_to_tensor(np.array([0, 1], dtype="uint32"))))
        return key

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> SeedGenerator:
        return cls(**config)


Seed: TypeAlias = int | SeedGenerator | None
"""The seed of a draw: a number, a generator, or None for one that differs every time."""
