"""Processes of a job as threads of the test's process, which combine tensors on the host."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import numpy as np
from keras_core import backend
from keras_core.staging.share import Share, share_scope


class Threads:
    """An engine whose processes are threads.

    Args:
        size: how many there are.
    """

    def __init__(self, size):
        self._size = size
        self._said = [None] * size
        self._all = threading.Barrier(size, timeout=20)
        self._own = threading.local()

    def rank(self):
        return self._own.rank

    def size(self):
        return self._size

    def exchange(self, message, timeout=None):
        self._said[self._own.rank] = message
        self._all.wait()
        found = list(self._said)
        self._all.wait()
        return found

    def reduce(self, tensors, how):
        found = self.exchange([backend.to_numpy(one) for one in tensors])
        reduce = {
            "sum": sum,
            "mean": lambda parts: sum(parts) / self._size,
            "max": lambda parts: np.maximum.reduce(parts),
        }
        active = backend.active()
        columns = zip(*found, strict=True)
        kinds = [active.dtype(one) for one in tensors]
        return [active.tensor(np.asarray(reduce[how](list(c))), kind) for c, kind in zip(columns, kinds, strict=True)]

    def run(self, function):
        """The results of ``function(rank)`` in every process, or what the first of them raised."""

        def of_rank(rank):
            self._own.rank = rank
            try:
                return function(rank)
            except BaseException:
                self._all.abort()
                raise

        with ThreadPoolExecutor(self._size) as pool:
            futures = [pool.submit(copy_context().run, of_rank, rank) for rank in range(self._size)]
            errors = [future.exception() for future in futures]
            others = [one for one in errors if one is not None and not isinstance(one, threading.BrokenBarrierError)]
            if others:
                raise others[0]
            return [future.result() for future in futures]


def on_shares(monkeypatch, function, total, size=3):
    """``function(share)`` on the rows of each process, and these.

    Args:
        monkeypatch: pytest's.
        function: reads the rows that a `Share` names.
        total: rows of the batch.
        size: how many processes there are.
    """
    threads = Threads(size)
    monkeypatch.setattr(
        type(backend.active()), "reduce", lambda _, tensors, how: threads.reduce(tensors, how), raising=False
    )
    shares = [Share.of(total, rank, size) for rank in range(size)]

    def of_rank(rank):
        with share_scope(shares[rank]):
            return function(shares[rank])

    return threads.run(of_rank), shares
