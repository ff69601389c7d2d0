"""How much memory data may take at once."""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The memory that data may take on the device, where a test or user limits it.
_BUDGET: ContextVar[int | None] = ContextVar("keras_data_budget", default=None)


def data_budget() -> int:
    """Bytes of training data that are put on the device at once; a quarter of the memory unless limited."""
    limit = _BUDGET.get()
    if limit is not None:
        return limit
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4
    except (AttributeError, ValueError, OSError):  # not a POSIX system
        return 2**31


@contextmanager
def limited_data_budget(nbytes: int) -> Iterator[None]:
    """Put at most `nbytes` bytes of training data on the device at once."""
    token = _BUDGET.set(nbytes)
    try:
        yield
    finally:
        _BUDGET.reset(token)
