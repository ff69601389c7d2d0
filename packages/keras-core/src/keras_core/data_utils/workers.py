"""Workers that make batches ahead of their use, in threads or in processes."""

from __future__ import annotations

import contextvars
import threading
import time
import warnings
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, fields, replace
from itertools import islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.data_utils.worker_process import WorkerProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from keras_core.typing import Data

_PATIENCE = 60.0
"""Seconds without a batch after which it is said that one is waited for."""

_MOMENT = 1.0
"""Seconds between two looks at whether a batch has come: Windows lets Ctrl-C act in between."""

QUEUE_ARGUMENTS = {"max_q_size": "max_queue_size", "nb_worker": "workers", "pickle_safe": "use_multiprocessing"}
"""Keras 1's names of the arguments of workers."""


@dataclass(frozen=True)
class WorkerOptions:
    """How many workers make batches.

    Args:
        workers: how many; 0 makes each batch when it is needed, by the thread that needs it.
        use_multiprocessing: whether they are processes, which hold copies of the source; otherwise threads.
        max_queue_size: how many batches may wait to be used.
        timeout: seconds to wait for a batch; None waits as long as it takes.
    """

    workers: int = 0
    use_multiprocessing: bool = False
    max_queue_size: int = 10
    timeout: float | None = None

    def __post_init__(self) -> None:
        check_worker_options(self.workers, self.max_queue_size, self.timeout, self.use_multiprocessing)

    @classmethod
    def of(cls, source: object, given: Mapping[str, Any] | None = None) -> WorkerOptions:
        """What a source says of itself, or what its user says instead.

        Args:
            source: a source of batches; a `PyDataset` has attributes of all these names, other sources mean something
                else by one of them.
            given: arguments of Keras 1 or 2 that a method got. One worker is a thread then, as in Keras 2; of a
                `PyDataset` that says so itself it is none, as in Keras 3.
        """
        said = {QUEUE_ARGUMENTS.get(name, name): value for name, value in (given or {}).items()}
        names = [field.name for field in fields(cls)]
        own = {name: getattr(source, name) for name in names} if all(hasattr(source, name) for name in names) else {}
        found = own | said
        if "workers" not in said and found.get("workers", 1) == 1:
            found["workers"] = int(bool(found.get("use_multiprocessing")))
        return cls(**found)


def check_worker_options(
    workers: object, max_queue_size: object, timeout: object = None, use_multiprocessing: object = False
) -> None:
    """Refuse what are no numbers of workers, batches or seconds, and no answer to whether workers are processes.

    Raises:
        ValueError: naming the argument, what came and what was expected.
    """
    for name, value, least in (("workers", workers, 0), ("max_queue_size", max_queue_size, 1)):
        if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
            raise ValueError(f"{name} must be an int of at least {least}, got {value!r}.")
    if not isinstance(use_multiprocessing, (int, np.bool_)) and use_multiprocessing is not None:
        raise ValueError(f"use_multiprocessing must be True or False, got {use_multiprocessing!r}.")
    if timeout is not None and not (isinstance(timeout, (int, float)) and timeout > 0):
        raise ValueError(f"timeout must be a positive number of seconds or None, got {timeout!r}.")


@dataclass(frozen=True)
class _Task:
    """A batch to be made.

    Args:
        future: gets it.
        index: its number.
        finish: is applied to it.
        source: the pickled source, for processes.
        seed: for what processes draw, together with the number.
    """

    future: Future[Any]
    index: int
    finish: Callable[[Any], Any] | None
    source: bytes
    seed: int


class WorkerPool:
    """Makes batches by number, several at a time, and gives them in order.

    A thread is there for each worker. It makes batches itself, or has a process of its own that it asks for them.

    Args:
        source: gives a batch for a number by ``source[number]``.
        options: how many workers there are, and of which kind.
        make: gives a batch for a number instead; for threads.
    """

    def __init__(
        self,
        source: Data,
        options: WorkerOptions,
        make: Callable[[int], Any] | None = None,
    ) -> None:
        self.options = options
        self._source: Any = source
        self._make = make
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._loading = 0
        self._processes: list[WorkerProcess] = []
        self._pickled = b""
        self._threads: list[threading.Thread] = []

    def batches(
        self,
        indices: Iterable[int],
        seed: int = 0,
        ready: Mapping[int, Any] | None = None,
        finish: Callable[[Any], Any] | None = None,
    ) -> Iterator[Any]:
        """The batches of these numbers, in this order.

        Args:
            indices: the numbers, of which only so many are taken ahead as batches may wait.
            seed: what the global generators of processes are seeded with, together with a batch's number.
            ready: finished batches that are there already, by number.
            finish: is applied to each batch by the worker's thread.

        Raises:
            TimeoutError: when the options' `timeout` passes without the next batch.
            RuntimeError: when a process died.
            Exception: what making a batch raised, with the traceback of the worker.
        """
        self._start()
        numbers = iter(indices)
        ahead: deque[tuple[int, Future[Any]]] = deque()

        def submit(count: int) -> None:
            for number in islice(numbers, count):
                future: Future[Any] = Future()
                ahead.append((int(number), future))
                if ready is not None and number in ready:
                    future.set_result(ready[number])
                else:
                    self._tasks.put(_Task(future, int(number), finish, self._pickled, seed))

        try:
            submit(max(self.options.max_queue_size, self.options.workers))
            while ahead:
                batch = self._wait(*ahead.popleft())
                submit(1)
                yield batch
        finally:
            for _, future in ahead:
                future.cancel()

    def close(self) -> None:
        """End the workers; what they are making is lost. Threads that are in the user's code end when they leave it."""
        with self._lock:
            self._closed = True
            processes, self._processes = self._processes, []
        for process in processes:
            process.kill()
        for _ in self._threads:
            self._tasks.put(None)
        until = time.monotonic() + _MOMENT
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, until - time.monotonic()))
        self._threads = []

    def _start(self) -> None:
        """Start the workers if there are none, and take the source as it is now for processes."""
        if self.options.use_multiprocessing:
            pickled = _pickled(self._source)
            self._pickled = self._pickled if pickled == self._pickled else pickled
        if not self._threads:
            self._closed = False
            for number in range(self.options.workers):
                run = contextvars.copy_context().run
                name = f"keras-worker-{number}"
                self._threads.append(threading.Thread(target=run, args=(self._work,), name=name, daemon=True))
            for thread in self._threads:
                thread.start()

    def _work(self) -> None:
        process: WorkerProcess | None = None
        tasks = self._tasks
        while (task := tasks.get()) is not None:
            if not task.future.set_running_or_notify_cancel():
                continue
            try:
                if self.options.use_multiprocessing:
                    process = self._loaded(process, task.source)
                    own = np.random.SeedSequence([task.seed, task.index]).generate_state(1)[0]
                    batch = process.make(task.index, int(own))
                else:
                    batch = self._source[task.index] if self._make is None else self._make(task.index)
                task.future.set_result(batch if task.finish is None else task.finish(batch))
            except BaseException as error:
                task.future.set_exception(error)

    def _loaded(self, process: WorkerProcess | None, source: bytes) -> WorkerProcess:
        """A process that holds the source; this one if there is one."""
        with self._lock:
            self._loading += 1
            if process is None:
                process = WorkerProcess()
                self._processes.append(process)
            closed = self._closed
        try:
            if closed:
                process.kill()
            process.load(source)
        finally:
            with self._lock:
                self._loading -= 1
        return process

    def _wait(self, number: int, future: Future[Any]) -> Any:
        began = time.monotonic()
        said = False
        limit = self.options.timeout
        while True:
            waited = time.monotonic() - began
            try:
                return future.result(_MOMENT if limit is None else max(0.0, min(_MOMENT, limit - waited)))
            except TimeoutError:
                if future.done():  # the user's code raised it
                    raise
            if self._loading and limit is not None:
                began = time.monotonic()  # the limit is for making a batch
            waited = time.monotonic() - began
            kind = "processes" if self.options.use_multiprocessing else "threads"
            state = f"batch {number} of {type(self._source).__name__} from {self.options.workers} worker {kind}"
            if limit is not None and waited >= limit:
                raise TimeoutError(
                    f"Waited {limit:g} s for {state}. Look into its __getitem__({number}), take more workers, or give "
                    "a longer timeout."
                )
            if limit is None and not said and waited >= _PATIENCE:
                said = True
                warnings.warn(
                    f"Waiting for {_PATIENCE:g} s for {state}. A PyDataset with timeout=seconds stops with an error.",
                    stacklevel=2,
                )


def _pickled(source: Any) -> bytes:
    """The source as bytes, together with classes and functions of the user's script.

    Raises:
        TypeError: for what cannot be sent to a process, with the remedy.
    """
    import cloudpickle

    try:
        found: bytes = cloudpickle.dumps(source)
    except Exception as error:
        raise TypeError(
            f"{type(source).__name__} cannot be sent to worker processes: {error}. Open files and connections in "
            "__getitem__ when they are first needed, or use threads: use_multiprocessing=False."
        ) from error
    return found


class _End:
    """Stands for the end of an iterator."""


_END = _End()


def reading_ahead(
    items: Iterator[Any], options: WorkerOptions, finish: Callable[[Any], Any] | None = None
) -> WorkerPool:
    """A pool of one thread that reads an iterator; ask it for as many batches as shall be read at most.

    Args:
        items: the iterator, which only that thread goes on with.
        options: how many items may wait, and how long to wait for one.
        finish: is applied to each item.
    """

    def following(_: int) -> Any:
        found = next(items, _END)
        return found if found is _END or finish is None else finish(found)

    return WorkerPool(items, replace(options, workers=1, use_multiprocessing=False), make=following)


def until_end(batches: Iterator[Any]) -> Iterator[Any]:
    """What a pool of `reading_ahead` gives until the iterator ends."""
    for batch in batches:
        if batch is _END:
            return
        yield batch
