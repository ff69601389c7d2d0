"""Keras 2's enqueuers."""

from __future__ import annotations

import os
import threading
from itertools import islice
from typing import Any

import pytest
from keras_core.data_utils import GeneratorEnqueuer, OrderedEnqueuer, PyDataset, SequenceEnqueuer


def make_squares(fault: int | None = None) -> Any:
    class Squares(PyDataset):
        level = 0

        def __len__(self) -> int:
            return 3

        def __getitem__(self, index: int) -> Any:
            if index == fault:
                raise LookupError("no such square")
            return index**2 + self.level, os.getpid()

        def on_epoch_end(self) -> None:
            self.level += 100

    return Squares()


@pytest.mark.parametrize("processes", [False, True])
def test_batches_in_order_pass_after_pass(processes: bool) -> None:
    enqueuer = OrderedEnqueuer(make_squares(), use_multiprocessing=processes)
    assert not enqueuer.is_running()
    enqueuer.start(workers=2 - processes, max_queue_size=4)
    assert enqueuer.is_running()
    with pytest.raises(RuntimeError, match="running already"):
        enqueuer.start()
    batches = enqueuer.get()
    found = list(islice(batches, 7))
    assert [number for number, _ in found] == [0, 1, 4, 100, 101, 104, 200]
    assert (os.getpid() in {maker for _, maker in found}) is not processes
    enqueuer.stop()
    assert not enqueuer.is_running() and list(batches) == []


def test_a_shuffled_pass_has_every_batch_once() -> None:
    enqueuer = OrderedEnqueuer(make_squares(), shuffle=True)
    enqueuer.start()
    assert sorted(number for number, _ in islice(enqueuer.get(), 3)) == [0, 1, 4]
    enqueuer.stop(timeout=1)


def test_an_error_ends_the_workers() -> None:
    enqueuer = OrderedEnqueuer(make_squares(fault=1))
    enqueuer.start()
    with pytest.raises(LookupError, match="no such square"):
        list(islice(enqueuer.get(), 3))
    assert not enqueuer.is_running()
    with pytest.raises(RuntimeError, match=r"OrderedEnqueuer: call start\(\) before get\(\)"):
        enqueuer.get()


def test_a_generator_is_read_by_one_thread() -> None:
    readers = set()

    def numbers() -> Any:
        for number in range(20):
            readers.add(threading.get_ident())
            yield number

    enqueuer = GeneratorEnqueuer(numbers(), random_seed=1)
    enqueuer.start(workers=4, max_queue_size=2)
    assert list(enqueuer.get()) == list(range(20))
    assert len(readers) == 1 and threading.get_ident() not in readers
    enqueuer.stop()
    with pytest.raises(ValueError, match="cannot be sent to processes"):
        GeneratorEnqueuer(numbers(), use_multiprocessing=True)


def test_the_base_gives_nothing() -> None:
    enqueuer = SequenceEnqueuer(make_squares())
    enqueuer.start()
    with pytest.raises(NotImplementedError, match="use OrderedEnqueuer"):
        next(enqueuer.get())
