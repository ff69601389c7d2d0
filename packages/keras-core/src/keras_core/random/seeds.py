"""The stream of seeds that objects without a seed of their own draw from, in order of creation."""

from __future__ import annotations

import random as python_random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

import numpy as np

from keras_core.backend import discovery
from keras_core.naming import reset_names
from keras_core.staging.trace import active_trace

if TYPE_CHECKING:
    from keras_core.random.seed_generator import SeedGenerator

_lock = threading.Lock()
_stream = np.random.default_rng()
_data = np.random.default_rng()
_draws: dict[str, SeedGenerator] = {}
_draws_seed: int | None = None
_ASIDE: ContextVar[np.random.Generator | None] = ContextVar("keras_isolated_seeds", default=None)


def set_random_seed(seed: int) -> None:
    """Make what follows reproducible: names, initial values, batch order, dropout.

    Sets the seed of Python's `random` and of NumPy's global generator too, as users expect.

    Args:
        seed: an int from 0 to 2**32 - 1.

    Raises:
        ValueError: for anything else.
    """
    global _stream, _data, _draws_seed
    if not isinstance(seed, (int, np.integer)) or not 0 <= int(seed) < 2**32:
        raise ValueError(f"set_random_seed() takes an int from 0 to 2**32 - 1, got {seed!r}.")
    with _lock:
        _stream = np.random.default_rng(int(seed))
        _data = np.random.default_rng(np.random.SeedSequence(int(seed), spawn_key=(1,)))
        _draws.clear()
        _draws_seed = None
    python_random.seed(int(seed))
    np.random.seed(int(seed))
    reset_names()


def next_seed() -> int:
    """The next seed of the stream, an int below 2**31."""
    stream = _ASIDE.get() or _stream
    with _lock:
        return int(stream.integers(0, 2**31 - 1))


@contextmanager
def isolated_seeds() -> Iterator[None]:
    """Draw seeds from elsewhere inside: for objects whose random state is replaced at once, such as copies."""
    token = _ASIDE.set(np.random.default_rng(0))
    try:
        yield
    finally:
        _ASIDE.reset(token)


def data_generator() -> np.random.Generator:
    """The generator that orders training data; its own, so that drawing weights does not move it."""
    return _data


def get_seed_generator(backend_name: str | None = None) -> SeedGenerator:
    """The generator behind `keras.random` draws that are given no seed.

    Each backend has one, since its state is a variable; all begin with the same seed.

    Args:
        backend_name: the backend; the one that runs now when None.
    """
    global _draws_seed
    trace = active_trace()
    name = backend_name or (trace.backend.name if trace is not None else discovery.active_name())
    found = _draws.get(name)
    if found is None:
        from keras_core.random.seed_generator import SeedGenerator

        if _draws_seed is None:
            _draws_seed = next_seed()
        with discovery.use_backend(name):
            found = _draws[name] = SeedGenerator(_draws_seed, name="global_seed_generator")
    return found
