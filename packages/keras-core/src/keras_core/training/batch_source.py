"""Data that come in batches: from a generator, an iterable, or an object with a length and items."""

from __future__ import annotations

import copy
import warnings
from contextlib import contextmanager
from itertools import count, islice
from typing import TYPE_CHECKING, Any, ClassVar, TypeGuard

import numpy as np

from keras_core.data_utils.py_dataset import PyDataset
from keras_core.data_utils.workers import WorkerOptions, WorkerPool, reading_ahead, until_end
from keras_core.random.seeds import data_generator
from keras_core.training.data import Batch, as_array_or_text, as_arrays

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from keras_core.training.class_weights import ClassWeights
    from keras_core.training.columns import Columns
    from keras_core.training.protocol import HostInputs
    from keras_core.typing import BatchSequence


def is_batches(x: object) -> TypeGuard[Iterable[Any] | BatchSequence]:
    """Whether `x` yields batches (a generator, a Sequence, a dataset) rather than being data itself."""
    if x is None or isinstance(x, (list, tuple, dict, np.ndarray, str, bytes)) or hasattr(x, "__array__"):
        return False
    if hasattr(x, "iloc") or hasattr(x, "todense"):
        return False
    return hasattr(x, "__next__") or hasattr(x, "__getitem__") or hasattr(x, "__iter__")


class BatchSource:
    """Batches from a generator, an iterable, or an object with ``__getitem__`` and a length.

    Args:
        source: yields x, (x, y) or (x, y, sample_weight) (tuples or lists of these lengths).
        method: name of the caller, for messages.
        shuffle: whether a random-access source is visited in a new order in each pass over it.
        continues: whether an epoch of a limited number of batches begins where the last one stopped.
        workers: arguments for workers that the method was given, as in Keras 2.
        inputs: the model's `HostInputs`, by which x may hold strings; None where it may not.
        columns: which columns are x, y and sample_weight, for a source that yields dicts of columns.
    """

    checked: ClassVar[bool] = False

    def __init__(
        self,
        source: Iterable[Any] | BatchSequence,
        method: str,
        shuffle: bool = False,
        continues: bool = False,
        workers: Mapping[str, Any] | None = None,
        inputs: HostInputs | None = None,
        columns: Columns | None = None,
    ) -> None:
        self._inputs = inputs
        self._columns = columns
        self.source: Any = source
        self.method = method
        self.random_access = hasattr(source, "__getitem__") and hasattr(
            source, "num_batches" if isinstance(source, PyDataset) else "__len__"
        )
        self.steps: int | None = _length(source)
        self.shuffle = shuffle and self.random_access and self.steps is not None
        self.continues = continues
        self.repeatable = self.random_access or not hasattr(source, "__next__")
        # A list is several inputs where predict is given inputs alone; PyTorch's DataLoader makes lists of all tuples.
        self._lists_are_tuples = method != "predict" or hasattr(source, "collate_fn")
        self.class_weight: ClassWeights | None = None
        self.order: np.random.Generator | None = None  # that of all data by default
        self._workers = WorkerOptions.of(source, workers)
        if self._workers.use_multiprocessing and not self.random_access:
            warnings.warn(
                f"{method}(): processes need batches by number, as a keras.utils.Sequence gives them; one thread reads "
                f"the {type(source).__name__} ahead instead. Leave use_multiprocessing out.",
                stacklevel=5,
            )
        self._pool: WorkerPool | None = None
        self._begun = False
        self._epochs = 0
        self._peeked: list[Any] = []
        self._pass: Iterator[Any] | None = None

    def weighted(self, class_weight: ClassWeights) -> BatchSource:
        """This source, its batches weighted by the classes of their samples."""
        self.class_weight = class_weight
        return self

    def first(self, batches: int) -> BatchSource:
        """The first batches, kept as a list, or all where there are fewer."""
        self.peek()
        found = map(self._at, islice(count(), batches)) if self.random_access else islice(self._items(False), batches)
        kept = BatchSource(list(found), self.method, inputs=self._inputs, columns=self._columns)
        self.close()
        return kept

    def again(self, method: str) -> BatchSource:
        """The same batches for another method, without weights of classes."""
        return BatchSource(self.source, method, inputs=self._inputs, columns=self._columns)

    def need_end(self, limit: int | None, argument: str) -> BatchSource:
        """This source.

        Args:
            limit: how many batches an epoch takes, where that is said.
            argument: what the user calls the limit.

        Raises:
            ValueError: when neither the limit nor the source ends an epoch.
        """
        if limit is None and (_is_endless(self.source) or (self.random_access and self.steps is None)):
            raise ValueError(
                f"{self.method}(): {type(self.source).__name__} has no end. Say how many batches to take, "
                f"for example {argument}=100."
            )
        return self

    @property
    def reads_ahead(self) -> bool:
        """Whether a thread of its own draws batches before they are needed."""
        return bool(self._workers.workers) and not (self._workers.use_multiprocessing and self.random_access)

    def peek(self) -> Batch:
        """The first batch, which is given out by the next epoch, too.

        Raises:
            ValueError: when there is none.
        """
        if not self._peeked:
            if self.steps == 0:
                raise ValueError(f"{self.method}() was given an empty data source: its length is 0.")
            self.begin_epoch()
            try:
                self._peeked = [self._first()]
            except StopIteration:
                raise ValueError(f"{self.method}() was given a data source that yields no batch.") from None
        return self._unpack(self._peeked[0])

    def _first(self) -> Any:
        if not self.random_access:
            self._pass = iter(self.source)
            return next(self._pass)
        if not (self._workers.workers and self._workers.use_multiprocessing):
            return self.source[0]
        return next(self._pool_by_number().batches([0], self._seed()))

    def _pool_by_number(self) -> WorkerPool:
        """The workers of a source that has random access."""
        self._pool = self._pool or WorkerPool(self.source, self._workers)
        return self._pool

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
        for batch in self._batches(limit):
            yield None, batch

    def _batches(self, limit: int | None) -> Iterator[Batch]:
        """Batches of one epoch, made by workers where there are any."""
        found = self._items(self.continues and limit is not None)
        if not self._workers.workers:
            return map(
                self._unpack, map(self._at, islice(found, limit)) if self.random_access else islice(found, limit)
            )
        if self.random_access:
            ready = {0: self._unpack(self._peeked[0])} if self._peeked else None
            return self._pool_by_number().batches(islice(found, limit), self._seed(), ready, self._unpack)
        self._close_pool()
        self._pool = reading_ahead(found, self._workers, finish=self._unpack)
        return until_end(self._pool.batches(count() if limit is None else range(limit)))

    def _seed(self) -> int:
        """A seed for what processes draw in this epoch, from the state of the data order, which stays as it is."""
        return int(copy.deepcopy(data_generator()).integers(2**31)) + self._epochs

    def close(self) -> None:
        """End the workers."""
        self._close_pool()

    def _close_pool(self) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def _begin_pass(self) -> None:
        """Let the next batch be the first one, if the source can be visited again."""
        if self.random_access or (self.repeatable and not self._peeked):
            self._pass = None

    def _new_pass(self) -> Iterator[Any]:
        """The numbers of the batches, or the batches of a source that has no random access."""
        if not self.random_access:
            return iter(self.source)
        if self.steps is None:
            return count()
        return iter((self.order or data_generator()).permutation(self.steps) if self.shuffle else range(self.steps))

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
        self._begun = False
        self._epochs += 1
        if self.random_access:
            self._peeked.clear()  # it may be another one now
        if hasattr(self.source, "on_epoch_end"):
            self.source.on_epoch_end()

    def begin_epoch(self) -> None:
        """Tell the source that an epoch begins, if it was not told so yet."""
        if not self._begun and hasattr(self.source, "on_epoch_begin"):
            self.source.on_epoch_begin()
        self._begun = True

    def _unpack(self, item: Any) -> Batch:
        parts: tuple[Any, ...]
        if self._columns is not None:
            parts = self._columns.split(item)
        elif isinstance(item, tuple):
            parts = item
        elif isinstance(item, list) and self._lists_are_tuples and 2 <= len(item) <= 3:
            parts = tuple(item)
        else:
            parts = (item,)
        if not 1 <= len(parts) <= 3:
            raise ValueError(
                f"{self.method}(): the data source yields tuples of {len(parts)}; "
                "expected x, (x, y) or (x, y, sample_weight)."
            )
        names = ("x", "y", "sample_weight")
        full = [as_arrays(p, f"{names[i]} of a batch") for i, p in enumerate(parts[1:], 1)]
        full.insert(0, self._x_of(parts[0]))
        full += [None] * (3 - len(full))
        if self.class_weight is not None and full[1] is not None:
            full[2] = self.class_weight.to_samples(full[1], full[2])
        return tuple(full)

    def _x_of(self, x: Any) -> Any:
        if self._inputs is None:
            return as_arrays(x, "x of a batch")
        return self._inputs.of_batch(as_arrays(x, "x of a batch", as_array_or_text))


@contextmanager
def closed_after(*sources: object) -> Iterator[None]:
    """Leave no worker of these sources behind, however what is done with them ends."""
    try:
        yield
    finally:
        for source in sources:
            if isinstance(source, BatchSource):
                source.close()


_ENDLESS = 2**62
"""A length that stands for none: data sets of grain that repeat have the greatest one there is."""


def _length(source: Any) -> int | None:
    if isinstance(source, PyDataset):
        return source.num_batches
    try:
        found = len(source)
    except (TypeError, NotImplementedError):
        return None
    return found if found < _ENDLESS else None


def _is_endless(source: Any) -> bool:
    """Whether a data set says that it repeats for ever, as tf.data's do by a cardinality of -1."""
    return hasattr(source, "element_spec") and hasattr(source, "cardinality") and int(source.cardinality()) == -1
