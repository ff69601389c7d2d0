"""A limit on the memory of new variables, while a file says which ones to make."""

from __future__ import annotations

import math
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from keras_core import dtypes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.typing import DType, Shape

_SLACK = 64 << 20
#: Bytes that new variables may still take while a file says which to make.
_left: ContextVar[list[int] | None] = ContextVar("keras_variable_budget", default=None)


@contextmanager
def variable_budget(stored: int) -> Iterator[None]:
    """Let variables made inside take twice the bytes that a file stores for them, and some slack."""
    token = _left.set([2 * stored + _SLACK])
    try:
        yield
    finally:
        _left.reset(token)


def take(shape: Shape, dtype: DType, path: str) -> None:
    """Count a variable before memory is taken for it.

    Raises:
        ValueError: when it is more than the file can fill.
    """
    left = _left.get()
    if left is None:
        return
    left[0] -= math.prod(int(size or 0) for size in shape) * dtypes.itemsize(dtype)
    if left[0] < 0:
        raise ValueError(f"Variable '{path}' of shape {tuple(shape)} needs more memory than the weights in the file.")
