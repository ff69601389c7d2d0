"""The stream of seeds that objects without a seed of their own draw from, in order of creation.

Until `set_random_seed` is called they come from NumPy's global generator, as in Keras 2: after `np.random.seed(1337)`
every run has the same initial values, order of data and dropout.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Two threads get two seeds.
_lock = threading.Lock()
#: The stream of seeds for objects that are given none, in order of creation; at first a view of NumPy's own generator.
_stream = np.random.Generator(np.random.get_bit_generator())
#: Orders training data; once a seed was set, apart from the stream, so that drawing weights does not change batches.
_data = _stream
#: A stream that replaces the usual one while copies are made.
_ASIDE: ContextVar[np.random.Generator | None] = ContextVar("keras_isolated_seeds", default=None)


def restart(seed: int) -> None:
    """Begin the stream, and the order of training data, from a seed."""
    set_streams(np.random.default_rng(seed), np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1,))))


def streams() -> tuple[np.random.Generator, np.random.Generator]:
    """The stream, and the generator that orders training data."""
    return _stream, _data


def set_streams(stream: np.random.Generator, data: np.random.Generator) -> None:
    """Draw from these from now on."""
    global _stream, _data
    with _lock:
        _stream, _data = stream, data


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
    """The generator that orders training data."""
    return _data
