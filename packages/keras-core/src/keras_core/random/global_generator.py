"""The seed of the process, and the keys of draws."""

from __future__ import annotations

import random as python_random
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import ops
from keras_core.naming import reset_names
from keras_core.ops.properties import shape_of
from keras_core.plain_arguments import plain
from keras_core.random import seeds
from keras_core.random.seed_generator import (
    SeedGenerator,
    get_seed_generator,
    set_shared_generators,
    shared_generators,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keras_core.typing import Tensor


def set_random_seed(seed: int) -> None:
    """Make what follows reproducible: names, initial values, batch order, dropout.

    Sets the seed of Python's `random` and of NumPy's global generator too, as users expect.

    Args:
        seed: an int from 0 to 2**32 - 1.

    Raises:
        ValueError: for anything else.

    Example:
        >>> from keras_core import random
        >>> random.set_random_seed(7)
        >>> first = random.next_seed()
        >>> random.set_random_seed(7)
        >>> random.next_seed() == first
        True
    """
    seed = plain(seed)
    if not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise ValueError(f"set_random_seed() takes an int from 0 to 2**32 - 1, got {seed!r}.")
    _begin(int(seed))
    reset_names()


def _begin(seed: int) -> None:
    seeds.restart(seed)
    set_shared_generators({}, None)
    python_random.seed(seed)
    np.random.seed(seed)


@contextmanager
def random_seed_scope(seed: int) -> Iterator[None]:
    """Inside, everything is drawn as after `set_random_seed(seed)`; outside, as if nothing had been drawn inside.

    Args:
        seed: an int from 0 to 2**32 - 1.

    Example:
        >>> from keras_core import random
        >>> with random.random_seed_scope(7):
        ...     first = random.next_seed()
        >>> with random.random_seed_scope(7):
        ...     random.next_seed() == first
        True
    """
    kept = seeds.streams(), shared_generators(), python_random.getstate(), np.random.get_state()
    try:
        _begin(seed)
        yield
    finally:
        streams, generators, python_state, numpy_state = kept
        seeds.set_streams(*streams)
        set_shared_generators(*generators)
        python_random.setstate(python_state)
        np.random.set_state(numpy_state)


def random_state() -> dict[str, Any]:
    """The state of the generators that are no variables: of seeds, of the order of data, Python's and NumPy's.

    Returns:
        Nested dicts and lists of numbers, strings and arrays, for `set_random_state`.

    Example:
        >>> from keras_core.random.global_generator import random_state, set_random_state
        >>> state = random_state()
        >>> first = np.random.rand()
        >>> set_random_state(state)
        >>> np.random.rand() == first
        True
    """
    version, words, gauss = python_random.getstate()
    return {
        "streams": [stream.bit_generator.state for stream in seeds.streams()],
        "python": {"version": version, "words": np.array(words, "uint32"), "gauss": gauss},
        "numpy": np.random.get_state(legacy=False),
    }


def set_random_state(state: Mapping[str, Any]) -> None:
    """Draw from now on as from where `random_state` gave `state`."""
    seeds.set_streams(*(_stream_in(*pair) for pair in zip(seeds.streams(), state["streams"], strict=True)))
    python = state["python"]
    python_random.setstate((python["version"], tuple(python["words"].tolist()), python["gauss"]))
    np.random.set_state(state["numpy"])


def _stream_in(stream: np.random.Generator, state: Mapping[str, Any]) -> np.random.Generator:
    """The stream in a state, or a new one where the state is another kind's: a seed was set in one process only."""
    if type(stream.bit_generator).__name__ != state["bit_generator"]:
        kinds = {kind.__name__: kind for kind in (np.random.PCG64, np.random.MT19937)}
        stream = np.random.Generator(kinds[state["bit_generator"]]())
    stream.bit_generator.state = state
    return stream


def key_from(seed: SeedGenerator | int | Tensor | None) -> Tensor:
    """A key for one draw: from a generator, from an int (the same key each time), or from the global generator.

    Raises:
        ValueError: if `seed` is none of these, and no key.
    """
    if seed is None:
        return get_seed_generator().next()
    if isinstance(seed, SeedGenerator):
        return seed.next()
    seed = plain(seed)
    if isinstance(seed, int):
        return ops.convert_to_tensor(np.array([int(seed) & 0xFFFFFFFF, 0], dtype="uint32"))
    if not hasattr(seed, "shape") or shape_of(seed) not in ((2,), (None,)):
        raise ValueError(f"seed must be an integer, a SeedGenerator, a key of its `next()` or None, got {seed!r}.")
    return seed
