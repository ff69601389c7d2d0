"""Primitives that make arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core import dtypes

from keras_backend_numpy.ops.shapes import sizes


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    return np.full(sizes(shape), fill_value, dtypes.numpy_dtype(dtype))


def sequence(start: Any, stop: Any, step: Any, dtype: str) -> Any:
    return np.arange(start, stop, step).astype(dtypes.numpy_dtype(dtype))
