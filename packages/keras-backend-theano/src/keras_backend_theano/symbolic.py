"""Telling symbolic values from arrays, and the op table that chooses between them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytensor.tensor as pt
from keras_core import backend, dtypes
from pytensor.graph.basic import Variable

UNSUPPORTED = ("bfloat16", "float8_e4m3fn", "float8_e5m2", "string")
OPS: dict[str, Callable[..., Any]] = {}


def is_symbolic(value: Any) -> bool:
    """Whether `value` is a PyTensor variable or holds one."""
    if isinstance(value, Variable):
        return True
    if isinstance(value, (list, tuple)):
        return any(map(is_symbolic, value))
    if isinstance(value, slice):
        return any(map(is_symbolic, (value.start, value.stop, value.step)))
    return False


def op(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add a symbolic implementation to the op table, under its name without a trailing underscore.

    On arrays the op runs NumPy's implementation instead.
    """
    name = function.__name__.rstrip("_")

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        if any(map(is_symbolic, args)) or (kwargs and is_symbolic(list(kwargs.values()))):
            return function(*args, **kwargs)
        return on_arrays(name)(*args, **kwargs)

    OPS[name] = run
    return function


def on_arrays(name: str) -> Callable[..., Any]:
    """NumPy's implementation of an op."""
    return _arrays_table()[name]


@functools.cache
def _arrays_table() -> Mapping[str, Callable[..., Any]]:
    return backend.load("numpy").ops


def tensor(value: Any, dtype: str | None = None) -> Any:
    """`value` as a PyTensor variable; numbers take `dtype`."""
    if isinstance(value, Variable):
        return value if dtype is None or value.type.dtype == dtype else pt.cast(value, dtype)
    return pt.as_tensor_variable(np.asarray(value, None if dtype is None else numpy_dtype(dtype)))


def numpy_dtype(dtype: Any) -> np.dtype:
    """The NumPy dtype of that name, if PyTensor has it.

    Raises:
        TypeError: for dtypes that PyTensor does not know.
    """
    name = dtypes.standardize(dtype)
    if name in UNSUPPORTED:
        raise TypeError(
            f"The 'theano' backend cannot compute in dtype {name!r}: PyTensor does not know it. "
            "Use float16, float32 or float64."
        )
    return np.dtype(name)


def sizes(shape: Any) -> list[Any]:
    """The sizes of a dynamic shape: ints, and int64 scalars where only the run knows them."""
    if isinstance(shape, Variable):
        return [pt.cast(shape[k], "int64") for k in range(shape.type.shape[0])]
    entries = np.ravel(shape) if isinstance(shape, (int, np.integer, np.ndarray)) else shape
    return [pt.cast(n, "int64") if isinstance(n, Variable) else int(n) for n in entries]


def lengths(x: Any) -> list[Any]:
    """Sizes of all axes of a variable: ints where known."""
    return [x.shape[k] if n is None else n for k, n in enumerate(x.type.shape)]


def axes(axis: Any, rank: int) -> tuple[int, ...]:
    """Axes as ints from 0, all for None."""
    if axis is None:
        return tuple(range(rank))
    chosen: Sequence[Any] = [axis] if isinstance(axis, (int, np.integer)) else axis
    return tuple(int(k) % rank for k in chosen)
