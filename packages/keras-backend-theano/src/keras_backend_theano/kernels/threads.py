"""How kernels use the processor's cores.

Shares of a batch run in threads of their own, each with single-threaded BLAS: copies then run in parallel
too, and no thread of BLAS waits busily for another that a loaded machine does not let run.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from threadpoolctl import ThreadpoolController

T = TypeVar("T")

SMALL = 1 << 24
"""Multiplications below which one product gains nothing from a second thread."""
SHARE_BYTES = 1 << 18
"""Data below which a share of a batch is not worth a thread."""


class _SingleThreadedBLAS:
    """BLAS with one thread while anybody is inside; the last one to leave restores what was."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._limit: Any = None

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._limit = _controller().limit(limits=1, user_api="blas")
                self._limit.__enter__()
            self._inside += 1

    def __exit__(self, *error: Any) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._limit.__exit__(*error)


_SINGLE = _SingleThreadedBLAS()


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


@contextmanager
def single_for_small(multiplications: int) -> Iterator[None]:
    """Let BLAS use one thread inside, if each product has fewer multiplications than `SMALL`."""
    if multiplications >= SMALL:
        yield
        return
    with _SINGLE:
        yield


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

    with _SINGLE:
        return list(_pool().map(quiet, parts))
