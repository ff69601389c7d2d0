"""Random numbers by key: the seed and counter that the core hands over are a key of `jax.random`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import numpy as np
from jax import lax
from keras_core import dtypes

from keras_backend_jax.ops.shapes import sizes

if TYPE_CHECKING:
    from keras_core.typing import DType, DynamicShape, Tensor

_GENERATOR = "threefry2x32"


def _stream(key: Tensor) -> Tensor:
    return jax.random.wrap_key_data(key, impl=_GENERATOR)


def random_uniform(shape: DynamicShape, minval: float, maxval: float, dtype: DType | None, key: Tensor) -> Tensor:
    kind = dtypes.numpy_dtype(dtype)
    drawn = np.dtype("float64") if kind == np.float64 else np.dtype("float32")
    unit = jax.random.uniform(_stream(key), sizes(shape), drawn)
    if (minval, maxval, kind) == (0, 1, drawn):
        return unit
    # Rounding may reach the upper bound, which is excluded.
    highest = np.nextafter(kind.type(maxval), kind.type(minval))
    scaled = lax.convert_element_type(unit * (maxval - minval) + minval, kind)
    return lax.min(scaled, lax.full_like(scaled, highest))


def random_normal(shape: DynamicShape, mean: float, stddev: float, dtype: DType | None, key: Tensor) -> Tensor:
    kind = dtypes.numpy_dtype(dtype)
    if kind == np.float64:
        with jax.enable_x64(True):
            return jax.random.normal(_stream(key), sizes(shape), kind) * stddev + mean
    return lax.convert_element_type(jax.random.normal(_stream(key), sizes(shape), np.float32) * stddev + mean, kind)


def random_integer(shape: DynamicShape, minval: int, maxval: int, dtype: DType | None, key: Tensor) -> Tensor:
    kind = dtypes.numpy_dtype("int32" if dtype is None else dtype)
    return jax.random.randint(_stream(key), sizes(shape), minval, maxval, kind)
