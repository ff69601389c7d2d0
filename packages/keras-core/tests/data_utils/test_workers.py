"""Workers: the order of what they make, and what they say when one fails, dies or takes too long.

Covers: worker_process.py.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import Any

import cloudpickle
import numpy as np
import pytest
from keras_core.data_utils import PyDataset
from keras_core.data_utils.workers import WorkerOptions, WorkerPool, reading_ahead, until_end


class Numbers:
    """Batches that tell their number and who made them; one of them may fail in a way of its own."""

    def __init__(self, bad: int | None = None, fault: Any = None) -> None:
        self.bad, self.fault, self.level = bad, fault, 0

    def __len__(self) -> int:
        return 8

    def __getitem__(self, index: int) -> Any:
        if index == self.bad:
            self.fault()
        return np.full((2, 3), index + self.level), (os.getpid(), threading.get_ident()), np.random.rand()


def in_processes(source: Any, **options: Any) -> WorkerPool:
    """A pool of processes for a class that they cannot import."""
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    return WorkerPool(source, WorkerOptions(use_multiprocessing=True, **{"workers": 1, **options}))


def fail() -> None:
    raise KeyError("the reason")


def test_threads_keep_the_order_and_read_ahead_only_so_far() -> None:
    asked: list[int] = []

    class Slow(Numbers):
        def __getitem__(self, index: int) -> Any:
            asked.append(index)
            time.sleep(0.01 * (index % 3 == 0))
            return index

    pool = WorkerPool(Slow(), WorkerOptions(workers=3, max_queue_size=3))
    order = [5, 0, 7, 3, 1, 2]
    batches = pool.batches(order, finish=lambda batch: batch * 10)
    assert next(batches) == 50
    time.sleep(0.1)
    assert sorted(asked) == [0, 3, 5, 7]  # one was used, three wait
    assert list(batches) == [0, 70, 30, 10, 20]
    pool.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("keras-worker")]


def test_an_error_in_a_thread_is_the_users_own_and_ends_the_others() -> None:
    pool = WorkerPool(Numbers(3, fail), WorkerOptions(workers=2))
    with pytest.raises(KeyError, match="the reason") as caught:
        list(pool.batches(range(8)))
    assert any(entry.name == "fail" for entry in caught.traceback)
    pool.close()


def test_a_thread_that_hangs_is_not_waited_for() -> None:
    goes_on = threading.Event()
    pool = WorkerPool(Numbers(2, goes_on.wait), WorkerOptions(workers=2, timeout=0.1))
    with pytest.raises(TimeoutError, match=r"Waited 0.1 s for batch 2 of Numbers from 2 worker threads"):
        list(pool.batches(range(8)))
    goes_on.set()
    pool.close()


def test_processes_hold_copies_that_follow_the_source() -> None:
    source = Numbers()
    pool = in_processes(source, workers=2)
    first = list(pool.batches(range(8), seed=1))
    makers = {maker for _, (maker, _), _ in first}
    assert len(makers) == 2 and os.getpid() not in makers
    assert [int(batch[0, 0]) for batch, _, _ in first] == list(range(8))
    first[0][0][:] = -1  # an array of the caller's own
    source.level = 10
    second = list(pool.batches([1, 0], seed=1))
    assert [int(batch[0, 0]) for batch, _, _ in second] == [11, 10]
    # What is drawn depends on seed and number, not on the process.
    assert [draw for *_, draw in second] == [first[1][2], first[0][2]]
    assert next(pool.batches([0], seed=2))[2] != first[0][2]
    pool.close()


def test_an_error_in_a_process_brings_its_own_traceback_and_the_process_lives_on_until_it_hangs() -> None:
    source = Numbers(3, fail)
    pool = in_processes(source, timeout=0.5)
    with pytest.raises(KeyError, match="the reason") as caught:
        list(pool.batches(range(8)))
    (note,) = caught.value.__notes__
    assert "while it made batch 3" in note and "in fail" in note
    assert len(list(pool.batches([0, 1, 2]))) == 3
    source.fault = lambda: time.sleep(600)
    with pytest.raises(TimeoutError, match="batch 3 of Numbers from 1 worker processes"):
        list(pool.batches(range(8)))
    began = time.monotonic()
    pool.close()
    assert time.monotonic() - began < 5


def test_a_process_that_dies_is_said() -> None:
    pool = in_processes(Numbers(1, lambda: os._exit(3)))
    with pytest.raises(RuntimeError, match="A worker process ended while it made batch 1: its exit code was 3"):
        list(pool.batches(range(3)))
    pool.close()


def test_what_cannot_be_sent_names_the_remedy() -> None:
    source = Numbers()
    source.lock = threading.Lock()  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match=r"Numbers cannot be sent to worker processes.*use_multiprocessing=False"):
        next(in_processes(source).batches([0]))


def test_an_iterator_is_read_ahead_by_one_thread() -> None:
    taken: list[int] = []

    def numbers() -> Any:
        for number in range(6):
            taken.append(number)
            yield number

    items = numbers()
    pool = reading_ahead(items, WorkerOptions(workers=4), finish=lambda number: number * 2)
    assert list(until_end(pool.batches(range(4)))) == [0, 2, 4, 6] and taken == [0, 1, 2, 3]
    assert list(until_end(pool.batches(range(4)))) == [8, 10]
    pool.close()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"workers": -1}, "workers must be an int of at least 0, got -1"),
        ({"workers": 1.5}, "workers must be an int of at least 0, got 1.5"),
        ({"max_queue_size": 0}, "max_queue_size must be an int of at least 1, got 0"),
        ({"timeout": "5"}, "timeout must be a positive number of seconds or None, got '5'"),
    ],
)
def test_options_are_numbers(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        WorkerOptions(**given)


def test_what_a_method_is_given_counts_more_than_what_the_source_says() -> None:
    source = Numbers()
    source.timeout = 0  # type: ignore[attr-defined]  # as PyTorch's DataLoader, which means another one
    assert WorkerOptions.of(source) == WorkerOptions()
    assert WorkerOptions.of(source, {"use_multiprocessing": True}) == WorkerOptions(1, use_multiprocessing=True)
    source = PyDataset()
    assert WorkerOptions.of(source) == WorkerOptions()
    assert WorkerOptions.of(source, {"nb_worker": 1, "max_q_size": 3}) == WorkerOptions(1, max_queue_size=3)
    source.workers = 4
    assert WorkerOptions.of(source).workers == 4
    assert WorkerOptions.of(source, {"pickle_safe": True}) == WorkerOptions(4, use_multiprocessing=True)
    assert WorkerOptions.of(source, {"workers": 0}).workers == 0
