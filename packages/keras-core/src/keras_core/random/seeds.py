"""The stream of seeds that objects without a seed of their own draw from, in order of creation."""

from __future__ import annotations

import random as python_random
import threading
from typing import TYPE_CHECKING

import numpy as np

from keras_core.naming import reset_names

if TYPE_CHECKING:
    from keras_core.random.seed_generator import SeedGenerator

_lock = threading.Lock()
_stream = np.random.default_rng()
_data = np.random.default_rng()
_draws: SeedGenerator | None = None


def set_random_seed(seed: int) -> None:
    """Make what follows reproducible: names, initial values, batch order, dropout.

    Sets the seed of Python's `random` and of NumPy's global generator too, as users expect.

    Args:
        seed: an int from 0 to 2**32 - 1.

    Raises:
        ValueError: for anything else.
    """
    global _stream, _data, _draws
    if not isinstance(seed, (int, np.integer)) or not 0 <= int(seed) < 2**32:
        raise ValueError(f"set_random_seed() takes an int from 0 to 2**32 - 1, got {seed!r}.")
    with _lock:
        _stream = np.random.default_rng(int(seed))
        _data = np.random.default_rng(np.random.SeedSequence(int(seed), spawn_key=(1,)))
        _draws = None
    python_random.seed(int(seed))
    np.random.seed(int(seed))
    reset_names()


def next_seed() -> int:
    """The next seed of the stream, an int below 2**31."""
    with _lock:
        return int(_stream.integers(0, 2**31 - 1))


def data_generator() -> np.random.Generator:
    """The generator that orders training data; its own, so that drawing weights does not move it."""
    return _data


def get_seed_generator() -> SeedGenerator:
    """The generator behind `keras.random` draws that are given no seed."""
    global _draws
    if _draws is None:
        from keras_core.random.seed_generator import SeedGenerator

        _draws = SeedGenerator(name="global_seed_generator")
    return _draws
