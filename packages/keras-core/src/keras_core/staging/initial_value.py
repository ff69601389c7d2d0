"""What a variable holds in the beginning."""

from __future__ import annotations

import inspect
import math
from copy import copy as shallow_copy
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from keras_core import config, dtypes, objects
from keras_core.backend import discovery
from keras_core.config.loading_limits import take_memory
from keras_core.returned import something

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import DType


class InitialValue(NamedTuple):
    """The value that a variable is made with.

    Attributes:
        shape: its shape.
        dtype: its dtype.
        array: the value; None where it is drawn later.
        draw: gives the value when it is needed; None where it is known.
    """

    shape: tuple[int, ...]
    dtype: str
    array: np.ndarray | None
    draw: Callable[[], np.ndarray] | None


def initial_value(initializer: Any, shape: Sequence[int] | None, dtype: DType | None, path: str) -> InitialValue:
    """What a variable is to hold; what may be drawn at any time is drawn when it is needed.

    Args:
        initializer: an array, tensor or number, the name of an initializer, or a callable ``(shape, dtype=) -> array``.
        shape: of the variable; needed with a callable, and other values are broadcast to it.
        dtype: of the variable; None for that of the value, or floatx.
        path: names the variable in messages.

    Raises:
        ValueError: for a callable without a fully known shape, and one that returns another shape.
    """
    if isinstance(initializer, str):
        initializer = objects.lookup("initializer", initializer)
    if inspect.isclass(initializer):
        initializer = initializer()
    if callable(initializer):
        return _initialized(initializer, shape, dtypes.standardize(dtype or config.floatx()), path)
    value = initializer
    if shape is not None and tuple(np.shape(value)) != tuple(shape):
        value = np.broadcast_to(value, tuple(shape))
    value = _on_host(value)
    name = dtypes.standardize(dtype) if dtype else _dtype_of(value)
    array = np.array(value, dtype=dtypes.numpy_dtype(name))
    return InitialValue(tuple(array.shape), name, array, None)


def _initialized(initializer: Any, shape: Sequence[int] | None, dtype: str, path: str) -> InitialValue:
    known = _known_shape(shape, dtype, path)
    if getattr(initializer, "may_wait", None) is not None and initializer.may_wait(dtype):
        return InitialValue(known, dtype, None, partial(shallow_copy(initializer), known, dtype=dtype))
    value = something(initializer(known, dtype=dtype), f"The initializer of {path!r}", "an array")
    array = np.array(_on_host(value), dtype=dtypes.numpy_dtype(dtype))
    if array.shape != known:
        raise ValueError(
            f"The initializer of {path!r} returned an array of shape {array.shape}, expected shape {known}. "
            "Let it use the shape that it is called with."
        )
    return InitialValue(known, dtype, array, None)


def _known_shape(shape: Sequence[int] | None, dtype: str, path: str) -> tuple[int, ...]:
    """The shape that an initializer is called with, counted where memory is limited."""
    if shape is None:
        raise ValueError(f"Variable {path!r} has a callable initializer and needs a shape.")
    if any(d is None for d in shape):
        raise ValueError(f"Variable {path!r} needs a fully known shape, got {tuple(shape)}.")
    sizes = tuple(int(d) for d in shape)
    take_memory(math.prod(sizes) * dtypes.itemsize(dtype), f"Variable '{path}' of shape {sizes}")
    return sizes


def _on_host(value: Any) -> Any:
    kept = isinstance(value, (np.ndarray, int, float, bool, list, tuple))
    return value if kept else discovery.to_numpy(value)


def _dtype_of(value: Any) -> str:
    if isinstance(value, (np.ndarray, np.generic)):
        return dtypes.standardize(value.dtype)
    kind = np.asarray(value).dtype.kind
    return {"b": "bool", "i": "int32", "u": "int32"}.get(kind, config.floatx())
