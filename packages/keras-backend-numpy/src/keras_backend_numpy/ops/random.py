"""Random numbers by the counter-based generator Philox, whose key is seed and counter."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core import dtypes
from keras_core.backend.toolkit import keyed_generator

from keras_backend_numpy.ops.shapes import sizes


def _draw_dtype(name: str) -> Any:
    return np.float64 if name == "float64" else np.float32


def random_uniform(shape: Any, minval: float, maxval: float, dtype: Any, key: Any) -> Any:
    name = dtypes.standardize(dtype)
    unit = keyed_generator(key).random(sizes(shape), _draw_dtype(name))
    result = np.asarray(unit * unit.dtype.type(maxval - minval) + unit.dtype.type(minval), dtypes.numpy_dtype(name))
    below = np.nextafter(result.dtype.type(maxval), result.dtype.type(minval))
    return np.minimum(result, below) if maxval > minval else result


def random_normal(shape: Any, mean: float, stddev: float, dtype: Any, key: Any) -> Any:
    name = dtypes.standardize(dtype)
    drawn = keyed_generator(key).standard_normal(sizes(shape), _draw_dtype(name))
    return np.asarray(drawn * drawn.dtype.type(stddev) + drawn.dtype.type(mean), dtypes.numpy_dtype(name))


def random_integer(shape: Any, minval: int, maxval: int, dtype: Any, key: Any) -> Any:
    name = "int32" if dtype is None else dtypes.standardize(dtype)
    return keyed_generator(key).integers(minval, maxval, sizes(shape), dtypes.numpy_dtype(name))
