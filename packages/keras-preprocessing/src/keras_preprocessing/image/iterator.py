"""Batches of pictures by number, or one after the other without end."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from keras_core.argument_checks import CheckedArguments


class Iterator(CheckedArguments):
    """Base of what gives batches of pictures; a subclass says how a batch is made of indices.

    It has a length and batches by number, as `fit`, `evaluate` and `predict` take them, and `next` goes on for ever.
    With a seed, order and random changes depend on it, the pass and the picture alone: whichever thread makes a batch,
    it is the same.

    Args:
        n: how many pictures there are.
        batch_size: how many a batch has; the last one may have fewer.
        shuffle: whether each pass has a new order.
        seed: for order and random changes; NumPy's global generator draws when None.

    Attributes:
        index_array: the order of this pass.
        total_batches_seen: how many batches were given out.

    Raises:
        ValueError: for a batch size below 1.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.image import ImageDataGenerator
        >>> batches = ImageDataGenerator().flow(np.zeros((5, 4, 4, 3)), batch_size=2, shuffle=False)
        >>> len(batches), batches[2].shape, next(batches).shape
        (3, (1, 4, 4, 3), (2, 4, 4, 3))
    """

    white_list_formats = ("png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff")

    def __init__(self, n: int, batch_size: int, shuffle: bool, seed: int | None) -> None:
        if batch_size < 1:
            raise ValueError(f"{type(self).__name__}: batch_size must be at least 1, got {batch_size!r}.")
        self.n = n
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.seed = seed
        self.batch_index = 0
        self.total_batches_seen = 0
        self.index_array: np.ndarray | None = None
        self.lock = threading.Lock()
        self._pass = -1
        self._seeds: tuple[int, np.ndarray] | None = None  # those of all pictures, of a pass

    def __len__(self) -> int:
        """How many batches a pass has."""
        return -(-self.n // self.batch_size)

    def __getitem__(self, idx: int) -> Any:
        """The batch of that number in this pass."""
        if not -len(self) <= idx < len(self):
            raise IndexError(f"{type(self).__name__} has {len(self)} batches; there is none of index {idx}.")
        with self.lock:
            if self.index_array is None:
                self._begin_pass()
            self.total_batches_seen += 1
            chosen = self._indices(idx % len(self))
        return self._get_batches_of_transformed_samples(chosen)

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> Any:
        return self.next()

    def next(self) -> Any:
        """The next batch; after the last one of a pass the first one of the next.

        Raises:
            StopIteration: when there are no pictures at all.
        """
        if not self.n:
            raise StopIteration
        with self.lock:
            if self.batch_index == 0 or self.index_array is None:
                self._begin_pass()
            chosen = self._indices(self.batch_index)
            self.batch_index = (self.batch_index + 1) % len(self)
            self.total_batches_seen += 1
        return self._get_batches_of_transformed_samples(chosen)

    def reset(self) -> None:
        """Let `next` begin with the first batch."""
        self.batch_index = 0

    def on_epoch_end(self) -> None:
        """Begin a new pass, in a new order if batches are shuffled."""
        with self.lock:
            self._begin_pass()

    def _begin_pass(self) -> None:
        self._pass += 1
        order = np.arange(self.n)
        if self.shuffle:
            draws: Any = np.random
            if self.seed is not None:
                draws = np.random.RandomState((self.seed + self._pass * len(self)) % 2**32)
            order = draws.permutation(self.n)
        self.index_array = order

    def _indices(self, number: int) -> np.ndarray:
        assert self.index_array is not None
        return self.index_array[self.batch_size * number : self.batch_size * (number + 1)]

    def _seeds_of(self, index_array: np.ndarray) -> list[int | None]:
        """The seeds of the random changes of pictures in this pass."""
        if self.seed is None:
            return [None] * len(index_array)
        now, known = max(self._pass, 0), self._seeds
        if known is None or known[0] != now:
            drawn = np.random.SeedSequence([self.seed % 2**32, now]).generate_state(self.n)
            self._seeds = known = now, drawn
        return [int(seed) for seed in known[1][index_array]]

    def _get_batches_of_transformed_samples(self, index_array: np.ndarray) -> Any:
        """The batch of these pictures; subclasses define it.

        Args:
            index_array: the pictures' indices.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must define _get_batches_of_transformed_samples(index_array)."
        )
