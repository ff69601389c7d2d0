"""Data that come in batches: from a generator, an iterable, or an object with a length and items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, TypeGuard

import numpy as np

from keras_core.random.seeds import data_generator
from keras_core.training.data import Batch, as_arrays

if TYPE_CHECKING:
    from keras_core.training.class_weights import ClassWeights
    from keras_core.typing import BatchSequence


def is_batches(x: object) -> TypeGuard[Iterable[Any] | BatchSequence]:
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
        shuffle: whether a random-access source is visited in a new order in each pass over it.
        continues: whether an epoch of a limited number of batches begins where the last one stopped.
    """

    checked: ClassVar[bool] = False

    def __init__(
        self, source: Iterable[Any] | BatchSequence, method: str, shuffle: bool = False, continues: bool = False
    ) -> None:
        self.source: Any = source
        self.method = method
        self.random_access = hasattr(source, "__getitem__") and hasattr(source, "__len__")
        self.shuffle = shuffle and self.random_access
        self.continues = continues
        self.steps: int | None = len(source) if self.random_access and isinstance(source, Sized) else _length(source)
        self.repeatable = self.random_access or not hasattr(source, "__next__")
        self.class_weight: ClassWeights | None = None
        self._peeked: list[Any] = []
        self._pass: Iterator[Any] | None = None

    def weighted(self, class_weight: ClassWeights) -> BatchSource:
        """This source, its batches weighted by the classes of their samples."""
        self.class_weight = class_weight
        return self

    def peek(self) -> Batch:
        """The first batch, which is given out by the next epoch, too.

        Raises:
            ValueError: when there is none.
        """
        if not self._peeked:
            if self.steps == 0:
                raise ValueError(f"{self.method}() was given an empty data source: its length is 0.")
            if not self.random_access:
                self._pass = iter(self.source)
            try:
                self._peeked = [self.source[0] if self._pass is None else next(self._pass)]
            except StopIteration:
                raise ValueError(f"{self.method}() was given a data source that yields no batch.") from None
        return self._unpack(self._peeked[0])

    def calls(self, steps_per_call: object, limit: int | None = None) -> Iterator[tuple[None, Batch]]:
        """The batches of one epoch, each for a call of its own.

        Args:
            steps_per_call: not used: batches that come one by one are run one by one.
            limit: how many batches to take; those of one pass over the source when None. With `continues`, a pass goes
                on in the next epoch, and another one may begin within an epoch if the source has a length.
        """
        self.begin_epoch()
        if limit is None or not self.continues:
            self._begin_pass()
        if limit is None and not self.repeatable:
            limit = self.steps
        for item in islice(self._items(self.continues and limit is not None), limit):
            yield None, self._unpack(item)

    def _begin_pass(self) -> None:
        """Let the next batch be the first one, if the source can be visited again."""
        if self.random_access or (self.repeatable and not self._peeked):
            self._pass = None

    def _new_pass(self) -> Iterator[Any]:
        if not self.random_access:
            return iter(self.source)
        assert self.steps is not None
        return map(self._at, data_generator().permutation(self.steps) if self.shuffle else range(self.steps))

    def _at(self, index: int) -> Any:
        return self._peeked.pop() if index == 0 and self._peeked else self.source[int(index)]

    def _items(self, repeat: bool) -> Iterator[Any]:
        """What the pass in progress still yields; with `repeat`, also what further passes yield.

        A source that tells no length is only visited again where the last pass had ended with an epoch: one that ends
        within an epoch is shorter than its user said.
        """
        if self._pass is None:
            self._pass = self._new_pass()
        taken = 0
        while self._peeked and not self.random_access:
            taken += 1
            yield self._peeked.pop()
        for item in self._pass:  # `yield from` would close the user's generator where an epoch ends
            taken += 1
            yield item
        while repeat and self.repeatable and (self.steps or not taken):
            self._pass, before = self._new_pass(), taken
            for item in self._pass:
                taken += 1
                yield item
            if taken == before:
                return

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
            full[2] = self.class_weight.to_samples(full[1], full[2])
        return tuple(full)


def _length(source: Any) -> int | None:
    try:
        return len(source)
    except TypeError:
        return None
