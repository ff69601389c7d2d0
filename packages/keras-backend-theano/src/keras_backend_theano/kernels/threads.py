"""How many threads BLAS may use for many small products."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import ThreadpoolController

SMALL = 1 << 24
"""Multiplications below which a product gains nothing from a second thread, and on a busy machine
loses much by waiting for it."""


@functools.cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


@contextmanager
def single_for_small(multiplications: int) -> Iterator[None]:
    """Let BLAS use one thread inside, if each product has fewer multiplications than `SMALL`."""
    if multiplications >= SMALL:
        yield
        return
    with _controller().limit(limits=1, user_api="blas"):
        yield
