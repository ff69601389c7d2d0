"""How ops call NumPy: without floating-point warnings, and with 16-bit floats computed in float32.

The package uses NumPy's public functions alone.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes

if TYPE_CHECKING:
    from collections.abc import Callable


def quiet(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function without warnings of division by zero, overflow or invalid values."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(*args, **kwargs)

    return run


def accumulator(dtype: np.dtype) -> np.dtype:
    """The dtype in which sums of `dtype` are formed: float32 for 16-bit floats, else `dtype` itself."""
    return np.dtype("float32") if dtypes.is_float(dtype) and dtype.itemsize < 4 else dtype


def widen(x: Any) -> Any:
    """The array, as float32 if it holds 16-bit floats."""
    dtype = accumulator(x.dtype)
    return x if dtype is x.dtype else x.astype(dtype)


def in_float32(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with 16-bit floats cast to float32 for the call, and results cast back to the first argument's."""

    def run(x: Any, *args: Any, **options: Any) -> Any:
        dtype = x.dtype
        result = function(widen(x), *(widen(a) if isinstance(a, np.ndarray) else a for a in args), **options)
        if isinstance(result, tuple):
            return tuple(np.asarray(part).astype(dtype, copy=False) for part in result)
        return np.asarray(result).astype(dtype, copy=False)

    return run
