"""What mixed precision casts a layer's weights to when they are read during its call."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The dtype that float variables are cast to where a layer computes.
AUTOCAST: ContextVar[str | None] = ContextVar("keras_autocast", default=None)


@contextmanager
def autocast(dtype: str | None) -> Iterator[None]:
    """Let float variables be read as `dtype` inside; None reads them as they are."""
    token = AUTOCAST.set(dtype)
    try:
        yield
    finally:
        AUTOCAST.reset(token)
