"""How kernels use the processor's cores.

Shares of a batch run in threads of their own, each with single-threaded BLAS: copies then run in parallel
too, and no thread of BLAS waits busily for another that a loaded machine does not let run.
"""

from __future__ import annotations

import functools
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from threadpoolctl import ThreadpoolController

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keras_backend_theano.kernels.window import Array

T = TypeVar("T")

SHARED_PRODUCT = 1 << 24
"""Multiplications from which a matrix product is divided among threads."""
SHARE_BYTES = 1 << 18
"""Data below which a share of a batch is not worth a thread."""


@functools.cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


@functools.cache
def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@functools.cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(cores(), thread_name_prefix="keras-kernels")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # threads do not survive a fork


#: Held by the one thread whose kernels use the pool of threads; others compute alone.
_OWNER = threading.RLock()
#: How deep the owner's kernels call each other: only the outermost sets the number of threads.
_nesting = 0


@contextmanager
def single_blas() -> Iterator[None]:
    """Let BLAS use one thread inside.

    The setting is the process's, so one thread at a time changes it and takes it back; another that comes
    meanwhile goes on with what it finds.
    """
    global _nesting
    if not _OWNER.acquire(blocking=False):
        yield
        return
    _nesting += 1
    try:
        if _nesting > 1:
            yield
        else:
            with _controller().limit(limits=1, user_api="blas"):
                yield
    finally:
        _nesting -= 1
        _OWNER.release()


def over_batch(batch: int, size: int, work: Callable[[slice], T]) -> list[T]:
    """Call `work` for shares of a batch, in parallel where it pays.

    Args:
        batch: number of examples.
        size: bytes of the larger of the inputs and outputs, to judge whether it pays.
        work: takes a slice of examples; shares must not write into each other's memory.

    Returns:
        The results in the order of the shares.
    """
    shares = min(cores(), batch, size // SHARE_BYTES)
    if shares < 2:
        return [work(slice(0, batch))]
    limits = [batch * k // shares for k in range(shares + 1)]
    parts = [slice(a, b) for a, b in pairwise(limits)]

    def quiet(part: slice) -> T:
        with np.errstate(all="ignore"):  # a thread does not inherit the caller's state
            return work(part)

    with single_blas():
        return list(_pool().map(quiet, parts))


def product(a: Array, b: Array) -> Array:
    """The product of two matrices, a large one in shares of the rows of `a`.

    Args:
        a: (m, k).
        b: (k, n).

    Returns:
        (m, n).
    """
    if len(a) * b.size < SHARED_PRODUCT:
        return np.dot(a, b)
    result = np.empty((len(a), b.shape[1]), np.result_type(a, b))
    size = max(a.nbytes, b.nbytes, result.nbytes)
    over_batch(len(a), size, lambda rows: np.dot(a[rows], b, out=result[rows]))
    return result
