"""Arrays on the device, and which of their rows each step takes."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from keras_core import tree
from keras_core.backend.distribution import active_distribution, on_mesh
from keras_core.data_utils.workers import WorkerOptions, reading_ahead, until_end
from keras_core.random.seeds import data_generator
from keras_core.training.data_budget import data_budget
from keras_core.training.host_rows import HostRows, all_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.backend.protocol import Backend
    from keras_core.training.array_data import ArrayData
    from keras_core.training.data import Batch
    from keras_core.training.steps_per_call import Pace


def order_of(
    size: int, batch_size: int, shuffle: bool | str, generator: np.random.Generator | None = None
) -> np.ndarray:
    """The numbers of the rows in the order of one pass; "batch" keeps the rows of a batch together."""
    if not shuffle:
        return np.arange(size, dtype="int32")
    generator = generator or data_generator()
    if shuffle == "batch":
        order = np.arange(size, dtype="int32")
        whole = order[: size - size % batch_size].reshape(-1, batch_size)
        return np.concatenate([generator.permutation(whole).ravel(), order[size - size % batch_size :]])
    return generator.permutation(size).astype("int32")


class ArrayFeed:
    """Arrays on the device and the order in which their rows are visited.

    What exceeds `data_budget()` is put there in parts, one after the other; a thread reads the next one while the steps
    of one run.

    Args:
        data: the arrays.
        backend: the backend whose device they are put on.
        batch_size: samples of a step.
        shuffle: whether each pass over the data has a new order; "batch" keeps the samples of a batch together.
        continues: whether an epoch of a limited number of steps begins where the last one stopped.
        lent: whether the arrays are not written to before the results are there, and need not be copied.
    """

    checked: ClassVar[bool] = True

    def __init__(
        self,
        data: ArrayData,
        backend: Backend,
        batch_size: int,
        shuffle: bool | str = False,
        continues: bool = False,
        lent: bool = False,
    ) -> None:
        self._lent = lent and active_distribution() is None
        self.data = data
        self.backend = backend
        self.batch_size = min(int(batch_size), data.size)
        self.shuffle = shuffle
        self.continues = continues
        self._left = np.arange(0, dtype="int32")
        self.steps = -(-data.size // self.batch_size)
        self._resident: Batch | None = None
        if data.nbytes <= data_budget():
            self._resident = self._on_device(data.batch)

    def _on_device(self, batch: Batch) -> Batch:
        def put(leaf: Any) -> Any:
            if self._lent and type(leaf) is np.ndarray:
                found = self.backend.borrow(leaf)
                if self.backend.is_tensor(found):
                    return found
            return None if leaf is None else on_mesh(leaf, self.backend)

        resident: Batch = tree.map_structure(put, all_rows(batch))
        return resident

    def calls(self, steps_per_call: Pace, limit: int | None = None) -> Iterator[tuple[np.ndarray, Batch]]:
        """The calls that cover an epoch, or `limit` steps.

        Args:
            steps_per_call: how many steps each call runs.
            limit: number of steps; another pass over the data begins where one ends.

        Yields:
            Indices of shape (steps, batch), and the arrays on the device whose rows they are.
        """
        for order in self._orders(limit):
            for rows, arrays in self._parts(order):
                for matrix in _matrices(rows, self.batch_size, steps_per_call):
                    yield matrix, arrays

    def end_epoch(self) -> None:
        """Nothing: arrays stay as they are."""

    def _orders(self, limit: int | None) -> Iterator[np.ndarray]:
        """Rows in the order of their visit, those of each pass over the data by themselves."""
        if limit is None:
            yield order_of(self.data.size, self.batch_size, self.shuffle)
            return
        if not self.continues:
            self._left = self._left[:0]
        while limit > 0:
            order = self._left if len(self._left) else order_of(self.data.size, self.batch_size, self.shuffle)
            taken, self._left = np.split(order, [limit * self.batch_size])
            limit -= -(-len(taken) // self.batch_size)
            yield taken

    def _parts(self, order: np.ndarray) -> Iterator[tuple[np.ndarray, Batch]]:
        """Indices of rows and the arrays on the device that they belong to, as much at a time as the budget allows."""
        if self._resident is not None:
            yield order, self._resident
            return
        pool = reading_ahead(map(self._read, self._chunks(order)), WorkerOptions(max_queue_size=1))
        try:
            for size, part in until_end(pool.batches(count())):
                yield np.arange(size, dtype="int32"), part
        finally:
            pool.close()

    def _read(self, rows: np.ndarray) -> tuple[int, Batch]:
        """How many rows these are, and the rows themselves on the device."""

        def take(leaf: Any) -> Any:
            return leaf if leaf is None else leaf[rows] if isinstance(leaf, HostRows) else np.asarray(leaf)[rows]

        return len(rows), self._on_device(tree.map_structure(take, self.data.batch))

    def _chunks(self, order: np.ndarray) -> Iterator[np.ndarray]:
        """The order cut so that two parts fit the budget, each of whole batches."""
        row_bytes = max(self.data.nbytes / self.data.size, 1)
        rows_at_once = max(1, int(data_budget() / 2 / row_bytes) // self.batch_size) * self.batch_size
        for start in range(0, len(order), rows_at_once):
            yield order[start : start + rows_at_once]


class ArrayBatches:
    """Arrays cut into batches on the host, of which a call has one, or several that follow one another.

    Args:
        data: the arrays.
        batch_size: samples of a batch.
        most: batches of a call at most; the data must have so many.
    """

    checked: ClassVar[bool] = True

    def __init__(self, data: ArrayData, batch_size: int, most: int = 1) -> None:
        self.data = data
        self.batch_size = batch_size
        self.steps = -(-data.size // batch_size)
        self.most = most

    def calls(self, steps_per_call: Pace, limit: int | None = None) -> Iterator[tuple[np.ndarray | None, Batch]]:
        """The batches in order, at most `limit` of them.

        Yields:
            Where several may be in a call: indices of shape (batches, batch), and as many rows as the most batches
            have, so that all calls are of one shape. Else, and for the remainder, None and a batch.
        """
        size, done = self.batch_size, 0
        whole = 0 if self.most == 1 or steps_per_call.fixed == 1 else self.data.size // size
        whole = whole if limit is None else min(whole, limit)
        while done < whole:
            count = min(steps_per_call.steps(), self.most, whole - done)
            start = min(done * size, self.data.size - self.most * size)
            first = done * size - start
            rows = np.arange(first, first + count * size, dtype="int32").reshape(count, size)
            yield rows, self.rows(start, self.most * size)
            done += count
        for start in range(done * size, self.data.size, size)[: None if limit is None else limit - done]:
            yield None, self.rows(start, size)

    def rows(self, start: int, count: int) -> Batch:
        """Rows that follow one another, as they are on the host."""

        def taken(leaf: Any) -> Any:
            return None if leaf is None else leaf[start : start + count]

        found: Batch = tree.map_structure(taken, self.data.batch)
        return found

    def end_epoch(self) -> None:
        """Nothing: arrays stay as they are."""


def _matrices(order: np.ndarray, batch: int, steps_per_call: Pace) -> Iterator[np.ndarray]:
    """The order cut into matrices (steps, batch); the remainder is one of its own."""
    whole = len(order) // batch
    done = 0
    while done < whole:
        count = min(steps_per_call.steps(), whole - done)
        yield order[done * batch : (done + count) * batch].reshape(count, batch)
        done += count
    if len(order) % batch:
        yield order[whole * batch :].reshape(1, -1)
