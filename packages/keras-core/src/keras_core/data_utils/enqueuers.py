"""Keras 2's enqueuers: batches that workers make ahead, for loops written by hand."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.data_utils.workers import WorkerOptions, WorkerPool, reading_ahead, until_end

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.typing import BatchSequence, Data


class SequenceEnqueuer:
    """Base of what makes batches ahead in workers and gives them by `get`; Keras 2's.

    Args:
        sequence: the source of batches.
        use_multiprocessing: whether workers are processes instead of threads. Defaults to False.
    """

    def __init__(self, sequence: Data, use_multiprocessing: bool = False) -> None:
        self.sequence: Any = sequence
        self.use_multiprocessing = use_multiprocessing
        self._pool: WorkerPool | None = None

    def is_running(self) -> bool:
        """Whether workers are there."""
        return self._pool is not None

    def start(self, workers: int = 1, max_queue_size: int = 10) -> None:
        """Start workers.

        Args:
            workers: how many. Defaults to 1.
            max_queue_size: how many batches may wait. Defaults to 10.

        Raises:
            RuntimeError: when there are some already.
        """
        if self._pool is not None:
            raise RuntimeError(f"{type(self).__name__} is running already; call stop() first.")
        options = WorkerOptions(max(1, workers), self.use_multiprocessing, max_queue_size)
        self._pool = self._make_pool(options)

    def stop(self, timeout: float | None = None) -> None:
        """End the workers; what `get` gave ends with the next batch that is asked for.

        Args:
            timeout: accepted for Keras 2; workers end at once.
        """
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def get(self) -> Iterator[Any]:
        """The batches in order.

        Raises:
            RuntimeError: before `start`.
            Exception: what a worker raised; the others are ended then.
        """
        pool = self._pool
        if pool is None:
            raise RuntimeError(f"{type(self).__name__}: call start() before get().")
        return self._guarded(pool)

    def _guarded(self, pool: WorkerPool) -> Iterator[Any]:
        try:
            batches = self._batches(pool)
            while self._pool is pool:
                batch = next(batches, pool)
                if batch is pool:
                    return
                yield batch
        except Exception:
            self.stop()
            raise

    def _make_pool(self, options: WorkerOptions) -> WorkerPool:
        return WorkerPool(self.sequence, options)

    def _batches(self, pool: WorkerPool) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__} must define what it gives: use OrderedEnqueuer.")


class OrderedEnqueuer(SequenceEnqueuer):
    """Batches of a `Sequence` that workers make ahead, in order and without end; Keras 2's.

    Args:
        sequence: batches by number; its `on_epoch_end` is called after each pass.
        use_multiprocessing: whether workers are processes instead of threads. Defaults to False.
        shuffle: whether each pass has a new order. Defaults to False.

    Example:
        >>> from keras_core.data_utils import OrderedEnqueuer
        >>> enqueuer = OrderedEnqueuer(["first", "second"])
        >>> enqueuer.start(workers=2)
        >>> batches = enqueuer.get()
        >>> [next(batches) for _ in range(3)]
        ['first', 'second', 'first']
        >>> enqueuer.stop()
    """

    def __init__(self, sequence: BatchSequence, use_multiprocessing: bool = False, shuffle: bool = False) -> None:
        super().__init__(sequence, use_multiprocessing)
        self.shuffle = shuffle

    def _batches(self, pool: WorkerPool) -> Iterator[Any]:
        for number in count():
            if hasattr(self.sequence, "on_epoch_begin"):
                self.sequence.on_epoch_begin()
            length = len(self.sequence)
            if not length:
                raise ValueError(f"OrderedEnqueuer: {type(self.sequence).__name__} has no batches: its length is 0.")
            yield from pool.batches(np.random.permutation(length) if self.shuffle else range(length), number)
            if hasattr(self.sequence, "on_epoch_end"):
                self.sequence.on_epoch_end()


class GeneratorEnqueuer(SequenceEnqueuer):
    """Batches of a generator, read ahead by one thread; Keras 2's.

    A generator's state is its own, so that one thread reads it, however many workers are asked for; several would
    give the same batches several times or mix them up.

    Args:
        sequence: the generator, or any iterator.
        use_multiprocessing: accepted for Keras 2 as False: a generator cannot be sent to processes. Defaults to False.
        wait_time: accepted for Keras 2; nothing is waited for by the clock.
        random_seed: accepted for Keras 2, where each process was seeded with it.

    Raises:
        ValueError: for `use_multiprocessing`.

    Example:
        >>> from keras_core.data_utils import GeneratorEnqueuer
        >>> enqueuer = GeneratorEnqueuer(iter([1, 2]))
        >>> enqueuer.start()
        >>> list(enqueuer.get())
        [1, 2]
        >>> enqueuer.stop()
    """

    def __init__(
        self,
        sequence: Iterator[Any],
        use_multiprocessing: bool = False,
        wait_time: float | None = None,
        random_seed: int | None = None,
    ) -> None:
        if use_multiprocessing:
            raise ValueError(
                "GeneratorEnqueuer: a generator cannot be sent to processes. Leave use_multiprocessing out, or make "
                "the data a keras.utils.Sequence."
            )
        super().__init__(sequence)
        self.wait_time = wait_time
        self.random_seed = random_seed

    def _make_pool(self, options: WorkerOptions) -> WorkerPool:
        return reading_ahead(self.sequence, options)

    def _batches(self, pool: WorkerPool) -> Iterator[Any]:
        return until_end(pool.batches(count()))
