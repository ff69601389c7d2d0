"""Data of which every process of a job was given its part: `auto_shard_dataset=False`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from keras_core import tree
from keras_core.backend.distribution import active_distribution, group_of
from keras_core.random.seeds import data_generator
from keras_core.staging.share import Share
from keras_core.training.device_data import order_of
from keras_core.training.host_rows import HostRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from keras_core.backend.distribution import Distributes
    from keras_core.backend.protocol import Backend
    from keras_core.training.array_data import ArrayData
    from keras_core.training.data import Batch


def parts_engine(backend: Backend) -> Distributes | None:
    """The processes, where each was given its part of the data; None where all are given all, or there is one.

    Args:
        backend: the model's.

    Raises:
        NotImplementedError: where several processes compute the same part of a batch.
    """
    spread = active_distribution()
    if spread is None or spread.auto_shard_dataset:
        return None
    group = group_of(backend)
    if group is None:
        return None
    if replicas(spread) % group.size():
        raise NotImplementedError(
            f"auto_shard_dataset=False: {group.size()} processes were given parts of the data, and the mesh splits a "
            f"batch into {replicas(spread)}, so that several processes compute the same one. Give every process all "
            "data, and leave auto_shard_dataset out."
        )
    return group


def replicas(spread: Any) -> int:
    """Into how many parts a distribution splits a batch.

    Args:
        spread: the distribution.
    """
    mesh = spread.device_mesh
    return int(mesh.shape[mesh.axis_names.index(spread.batch_dim_name)]) if spread.batch_dim_name else 1


def own_order(engine: Distributes) -> np.random.Generator:
    """A generator for the order of this process's data; all draw as much from that of the job.

    Args:
        engine: the processes.
    """
    return np.random.default_rng([int(data_generator().integers(2**62)), engine.rank()])


class OwnRows:
    """Arrays of this process, of which each batch has its share.

    Args:
        data: the arrays.
        engine: the processes.
        batch_size: samples of a batch of all processes.
        shuffle: whether each pass over the data has a new order; "batch" keeps the samples of a batch together.
        continues: whether an epoch of a limited number of steps begins where the last one stopped.

    Attributes:
        steps: how many steps an epoch has in the process that has most.

    Raises:
        ValueError: for a batch that has fewer samples than there are processes.
    """

    checked: ClassVar[bool] = True

    def __init__(
        self,
        data: ArrayData,
        engine: Distributes,
        batch_size: int,
        shuffle: bool | str = False,
        continues: bool = False,
    ) -> None:
        if batch_size < engine.size():
            raise ValueError(
                f"A batch of {batch_size} samples is split over {engine.size()} processes; choose a larger batch_size."
            )
        self.batch_size = Share.of(batch_size, engine.rank(), engine.size()).rows
        self._data = data
        self._shuffle = shuffle
        self._continues = continues
        self._order = own_order(engine)
        self._left = np.arange(0, dtype="int32")
        own = -(-data.size // self.batch_size)
        self.steps: int | None = max(map(int, engine.exchange(str(own).encode())))

    def calls(self, steps_per_call: object, limit: int | None = None) -> Iterator[tuple[None, Batch]]:
        """The batches of an epoch, each for a call of its own.

        Args:
            steps_per_call: not used.
            limit: number of steps; another pass over the data begins where one ends.
        """
        if limit is None or not self._continues:
            self._left = self._left[:0]
        for _ in range(-(-self._data.size // self.batch_size) if limit is None else limit):
            if not len(self._left):
                self._left = order_of(self._data.size, self.batch_size, self._shuffle, self._order)
            rows, self._left = np.split(self._left, [self.batch_size])
            yield None, _taken(self._data.batch, rows)

    def end_epoch(self) -> None:
        """Nothing: arrays stay as they are."""


def _taken(batch: Batch, rows: np.ndarray) -> Batch:
    def take(leaf: Any) -> Any:
        return leaf if leaf is None else leaf[rows] if isinstance(leaf, HostRows) else np.asarray(leaf)[rows]

    found: Batch = tree.map_structure(take, batch)
    return found


class OwnParts:
    """Batches of all processes, each made of the batch that every process has.

    A process whose data have ended before those of others goes on with a row that does not count.

    Args:
        engine: the processes.

    Attributes:
        counts: how many rows every process has of the batch in progress; none where they have not been asked.
    """

    def __init__(self, engine: Distributes) -> None:
        self._engine = engine
        self._kept: Batch | None = None
        self.counts: list[int] = []

    def calls(self, calls: Iterable[tuple[Any, Batch]]) -> Iterator[tuple[None, Batch]]:
        """The batches of this process, as long as any process has some.

        Args:
            calls: what a `Feed` gives, a batch at a time.

        Raises:
            ValueError: where this process has none at all, or no process has a sample of a batch.
        """
        own = iter(calls)
        while True:
            batch = next(own, (None, None))[1]
            counts = self._counted(-1 if batch is None else _rows(batch))
            if max(counts) < 0:
                return
            if max(counts) == 0:
                raise ValueError(
                    "No process has samples of a batch, and at least one yields a batch of 0 samples, of which there "
                    "is no mean. Leave it out: a range that ends with len(data) makes none."
                )
            if batch is not None and _rows(batch):
                self._kept = tree.map_structure(lambda leaf: None if leaf is None else leaf[:1], batch)
            elif self._kept is None:
                raise ValueError(
                    f"Rank {self._engine.rank()} was given no data, and others were: with auto_shard_dataset=False "
                    "every process has its part, and its first batch some of it."
                )
            else:
                batch = self._kept
            self.counts = [max(count, 0) for count in counts]
            assert batch is not None
            yield None, batch

    def count(self, batch: Batch) -> None:
        """Ask the others how many rows they have of a batch.

        Args:
            batch: that of this process.
        """
        self.counts = self._counted(_rows(batch))

    def _counted(self, rows: int) -> list[int]:
        return [int(one) for one in self._engine.exchange(str(rows).encode())]

    @property
    def share(self) -> Share | None:
        """The rows of this process; None where all run one program of the whole batch."""
        return None if self._engine.shares_programs else Share.among(self.counts, self._engine.rank())

    def whole(self, batch: Batch) -> Batch:
        """The batch of all processes, for programs that see all of it.

        It is split where its rows can be, and whole on every device elsewhere, as one that is not divided by them is.

        Args:
            batch: that of this process.
        """
        engine, spread, counts = self._engine, active_distribution(), self.counts
        assert spread is not None
        own, parts = counts[engine.rank()], replicas(spread)
        even = len(set(counts)) == 1 and sum(counts) % parts == 0
        most = max(counts) if even else -(-max(counts) * len(counts) // parts) * parts // len(counts)

        def join(leaf: Any) -> Any:
            if leaf is None:
                return None
            rows = np.zeros((most, *leaf.shape[1:]), leaf.dtype)
            rows[:own] = leaf[:own]
            placed = engine.place_batch(rows, spread.get_data_layout(rows.shape))
            return placed if even else _without_padding(engine.gather(placed), counts, most)

        found: Batch = tree.map_structure(join, batch)
        return found


def _without_padding(padded: np.ndarray, counts: Sequence[int], most: int) -> np.ndarray:
    return np.concatenate([padded[rank * most : rank * most + count] for rank, count in enumerate(counts)])


def _rows(batch: Batch) -> int:
    return int(next(leaf.shape[0] for leaf in tree.flatten(batch) if leaf is not None))
