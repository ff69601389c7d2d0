"""Random state as an ordinary variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from keras_core import ops
from keras_core.backend import discovery
from keras_core.naming import auto_name, name_scope
from keras_core.plain_arguments import plain
from keras_core.random.seeds import next_seed
from keras_core.staging.trace import active_trace, outside_traces
from keras_core.staging.variable import Variable, local_variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keras_core.typing import Tensor


#: The generator of draws without a seed, one for each backend.
_generators: dict[str, SeedGenerator] = {}
#: The seed that these generators begin with.
_seed: int | None = None


class SeedGenerator:
    """Gives a new key for each draw.

    Its state is a uint32 Variable (seed, counter): it is saved with a model, works inside control flow
    and does not depend on how steps are grouped.

    One that is made inside a compiled step, as by a layer that another makes in its `call`, is made anew in each run:
    with a seed it gives the same keys in every run, without one it shares the generator of draws without a seed.

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
        trace = active_trace()
        made_in_run = trace is not None and not trace.creating
        shared = get_seed_generator() if seed is None and made_in_run else None
        if seed is None:
            seed = next_seed() if shared is None else shared.seed
        seed = plain(seed)
        if not isinstance(seed, int):
            raise ValueError(f"SeedGenerator() takes an int seed, got {seed!r}.")
        self.name = name or auto_name("seed_generator")
        self.seed: int = seed
        self.state: Variable = self._own_state() if shared is None else shared.state

    def _own_state(self) -> Variable:
        start = np.array([self.seed & 0xFFFFFFFF, 0], dtype="uint32")
        with local_variables(), name_scope(self.name):
            return Variable(start, dtype="uint32", trainable=False, name="seed_generator_state")

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


def get_seed_generator(backend_name: str | None = None) -> SeedGenerator:
    """The generator behind `keras.random` draws that are given no seed.

    Each backend has one, since its state is a variable; all begin with the same seed.

    Args:
        backend_name: the backend; the one that runs now when None.

    Returns:
        The generator, the same one until `set_random_seed` is called.
    """
    global _seed
    trace = active_trace()
    name = backend_name or (trace.backend.name if trace is not None else discovery.active_name())
    found = _generators.get(name)
    if found is None:
        if _seed is None:
            _seed = next_seed()
        with discovery.use_backend(name), outside_traces():  # the first draw may be in one
            found = _generators[name] = SeedGenerator(_seed, name="global_seed_generator")
    return found


def shared_generators() -> tuple[dict[str, SeedGenerator], int | None]:
    """The generators of draws without a seed so far, by backend, and the seed that they began with."""
    return dict(_generators), _seed


def set_shared_generators(generators: Mapping[str, SeedGenerator], seed: int | None) -> None:
    """Replace them; with none and no seed, draws without a seed begin anew."""
    global _seed
    _generators.clear()
    _generators.update(generators)
    _seed = seed


Seed: TypeAlias = int | SeedGenerator | None
"""The seed of a draw: a number, a generator, or None for one that differs every time."""
