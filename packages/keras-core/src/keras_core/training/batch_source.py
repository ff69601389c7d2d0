"""Data that come in batches: from a generator, an iterable, or an object with a length and items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, ClassVar

import numpy as np

from keras_core.random.seeds import data_generator
from keras_core.training.class_weights import class_weights_to_samples
from keras_core.training.data import Batch, as_arrays


def is_batches(x: Any) -> bool:
    """Whether `x` yields batches (a generator, a Sequence, a dataset) rather than being data itself."""
    if x is None or isinstance(x, (list, tuple, dict, np.ndarray, str, bytes)) or hasattr(x, "__array__"):
        return False
    if hasattr(x, "iloc") or hasattr(x, "todense"):
        return False
    return hasattr(x, "__next__") or hasattr(x, "__getitem__") or hasattr(x, "__iter__")


class BatchSource:
    """Batches from a generator, an iterable, or an object with ``__len__`` and ``__getitem__``.

    Args:
        source: yields x, (x, y) or (x, y, sample_weight) (tuples or lists of these lengths).
        method: name of the caller, for messages.
        shuffle: whether a random-access source is visited in a new order each epoch.
    """

    checked: ClassVar[bool] = False

    def __init__(self, source: Any, method: str, shuffle: bool = False) -> None:
        self.source = source
        self.method = method
        self.random_access = (
            hasattr(source, "__getitem__") and hasattr(source, "__len__") and not hasattr(source, "__next__")
        )
        self.shuffle = shuffle and self.random_access
        self.steps: int | None = len(source) if self.random_access else _length(source)
        self.endless = hasattr(source, "__next__")
        self.class_weight: Mapping[int, float] | None = None
        self._peeked: Any = None
        self._iterator: Iterator[Any] | None = None

    def weighted(self, class_weight: Mapping[int, float]) -> BatchSource:
        """This source, its batches weighted by the classes of their samples."""
        self.class_weight = class_weight
        return self

    def peek(self) -> Batch:
        """The first batch, which is given out again by the next epoch.

        Raises:
            ValueError: when there is none.
        """
        if self.random_access:
            if not self.steps:
                raise ValueError(f"{self.method}() was given an empty data source: its length is 0.")
            return self._unpack(self.source[0])
        if self._peeked is None:
            self._iterator = iter(self.source)
            try:
                self._peeked = next(self._iterator)
            except StopIteration:
                raise ValueError(f"{self.method}() was given a data source that yields no batch.") from None
        return self._unpack(self._peeked)

    def calls(self, steps_per_call: object, limit: int | None = None) -> Iterator[tuple[None, Batch]]:
        """The batches of one epoch, at most `limit` of them, each for a call of its own.

        Args:
            steps_per_call: not used: batches that come one by one are run one by one.
            limit: how many batches to take; all when None.
        """
        self.begin_epoch()
        for batch in islice(self.epoch(), limit):
            yield None, batch

    def epoch(self) -> Iterator[Batch]:
        """The batches of one epoch; a generator continues where it stopped."""
        if self.random_access:
            assert self.steps is not None
            indices = data_generator().permutation(self.steps) if self.shuffle else range(self.steps)
            for i in indices:
                yield self._unpack(self.source[int(i)])
            return
        if self._iterator is None or (not self.endless and self._peeked is None):
            self._iterator = iter(self.source)
        while True:
            if self._peeked is not None:
                item, self._peeked = self._peeked, None
            else:
                try:
                    item = next(self._iterator)
                except StopIteration:
                    return
            yield self._unpack(item)

    def end_epoch(self) -> None:
        """Tell the source that an epoch is over."""
        if hasattr(self.source, "on_epoch_end"):
            self.source.on_epoch_end()

    def begin_epoch(self) -> None:
        """Tell the source that an epoch begins."""
        if hasattr(self.source, "on_epoch_begin"):
            self.source.on_epoch_begin()

    def _unpack(self, item: Any) -> Batch:
        parts: tuple[Any, ...]
        if isinstance(item, tuple):
            parts = item
        elif isinstance(item, list) and self.method != "predict" and 2 <= len(item) <= 3:
            parts = tuple(item)
        else:
            parts = (item,)
        if not 1 <= len(parts) <= 3:
            raise ValueError(
                f"{self.method}(): the data source yields tuples of {len(parts)}; "
                "expected x, (x, y) or (x, y, sample_weight)."
            )
        names = ("x", "y", "sample_weight")
        full = [as_arrays(p, f"{names[i]} of a batch") for i, p in enumerate(parts)]
        full += [None] * (3 - len(full))
        if self.class_weight is not None and full[1] is not None:
            full[2] = class_weights_to_samples(full[1], self.class_weight, full[2])
        return tuple(full)


def _length(source: Any) -> int | None:
    try:
        return len(source)
    except TypeError:
        return None
