"""PyDataset: batches by number, made by the user's code."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from keras_core.data_utils.workers import check_worker_options

if TYPE_CHECKING:
    from collections.abc import Iterator


class PyDataset:
    """Base of data sets that give batches by number; Keras 2's name is `Sequence`.

    A subclass defines ``__getitem__(index)``, which returns ``x``, ``(x, y)`` or ``(x, y, sample_weight)``, and
    ``__len__()``, the number of batches; without a length it never ends. `fit` visits every batch once in an epoch, in
    a new order if it shuffles.

    With `workers` above 1, or with `use_multiprocessing`, batches are made while the model computes. Threads share
    the object. Processes are new interpreters that hold a copy each; the copies are made anew when an epoch begins, if
    the object has changed, for example in `on_epoch_end`. A process's global random generators are seeded for each
    batch, from the seed of the data order (`keras.utils.set_random_seed`), the epoch and the batch's number: results do
    not depend on which process made a batch. Scripts need no ``if __name__ == "__main__"``.

    Args:
        workers: how many threads or processes make batches. Defaults to 1, which with threads means that the
            model's own thread makes them.
        use_multiprocessing: whether workers are processes. Defaults to False.
        max_queue_size: how many batches may wait to be used. Defaults to 10.
        timeout: seconds to wait for a batch of a worker before a TimeoutError; None waits.

    Raises:
        ValueError: for numbers that make no sense.

    Example:
        >>> import numpy as np
        >>> from keras_core.data_utils import PyDataset
        >>> class Squares(PyDataset):
        ...     def __len__(self):
        ...         return 3
        ...     def __getitem__(self, index):
        ...         x = np.arange(index * 2, index * 2 + 2)
        ...         return x, x**2
        >>> [y.tolist() for x, y in Squares(workers=2)]
        [[0, 1], [4, 9], [16, 25]]
    """

    _workers = 1
    _use_multiprocessing = False
    _max_queue_size = 10
    timeout: float | None = None

    def __init__(
        self,
        workers: int = 1,
        use_multiprocessing: bool = False,
        max_queue_size: int = 10,
        *,
        timeout: float | None = None,
    ) -> None:
        check_worker_options(workers, max_queue_size, timeout, use_multiprocessing)
        self._workers = workers
        self._use_multiprocessing = use_multiprocessing
        self._max_queue_size = max_queue_size
        self.timeout = timeout

    @property
    def workers(self) -> int:
        """How many workers make batches."""
        return self._workers

    @workers.setter
    def workers(self, value: int) -> None:
        check_worker_options(value, self._max_queue_size)
        self._workers = value

    @property
    def use_multiprocessing(self) -> bool:
        """Whether workers are processes."""
        return self._use_multiprocessing

    @use_multiprocessing.setter
    def use_multiprocessing(self, value: bool) -> None:
        check_worker_options(self._workers, self._max_queue_size, use_multiprocessing=value)
        self._use_multiprocessing = bool(value)

    @property
    def max_queue_size(self) -> int:
        """How many batches may wait to be used."""
        return self._max_queue_size

    @max_queue_size.setter
    def max_queue_size(self, value: int) -> None:
        check_worker_options(self._workers, value)
        self._max_queue_size = value

    @property
    def num_batches(self) -> int | None:
        """How many batches there are; None where they do not end."""
        return len(self) if hasattr(self, "__len__") else None

    def __getitem__(self, index: int) -> Any:
        """The batch of that number; subclasses define it.

        Args:
            index: from 0 to the number of batches less one.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must define __getitem__(index), which returns the batch of that number: x, (x, y) "
            "or (x, y, sample_weight)."
        )

    def __iter__(self) -> Iterator[Any]:
        """Every batch in the order of the numbers."""
        number = self.num_batches
        return map(self.__getitem__, count() if number is None else range(number))

    def on_epoch_begin(self) -> None:
        """Is called before the first batch of an epoch, an evaluation or a prediction."""

    def on_epoch_end(self) -> None:
        """Is called after the last batch of an epoch, an evaluation or a prediction."""
