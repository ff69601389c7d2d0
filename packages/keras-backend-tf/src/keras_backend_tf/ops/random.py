"""Random numbers by key, the same with XLA and without.

The generator is Philox (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", 2011): the seed is its
key, and a draw's counter the high half of its own counter, whose low half runs through the numbers of one draw.
Only its bits are the same everywhere, so that floats are made from them here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes

from keras_backend_tf.framework import raw, tf
from keras_backend_tf.ops.shapes import as_shape

if TYPE_CHECKING:
    from keras_core.typing import DType, DynamicShape, Tensor

_PHILOX = 1


def _stream(key: Tensor) -> dict[str, Any]:
    words = raw.Cast(x=key, DstT=tf.uint64)
    return {"key": words[:1], "counter": raw.Pad(input=words[1:], paddings=[[1, 0]]), "alg": _PHILOX}


def _unit(shape: DynamicShape, dtype: str, key: Tensor) -> Tensor:
    """Multiples of 2**-24 (of 2**-53 for float64) from 0 up to but without 1."""
    word, signed, kept = (tf.uint64, tf.int64, 53) if dtype == "float64" else (tf.uint32, tf.int32, 24)
    bits = raw.StatelessRandomUniformFullIntV2(shape=as_shape(shape), **_stream(key), dtype=word)
    high = raw.RightShift(x=bits, y=tf.constant(word.size * 8 - kept, word))
    drawn = tf.float64 if dtype == "float64" else tf.float32
    return raw.Cast(x=raw.Bitcast(input=high, type=signed), DstT=drawn) * 2.0**-kept


def random_uniform(shape: DynamicShape, minval: float, maxval: float, dtype: DType | None, key: Tensor) -> Tensor:
    name = dtypes.standardize(dtype)
    unit = _unit(shape, name, key)
    if (minval, maxval, name) == (0, 1, unit.dtype.name):
        return unit
    # Rounding may reach the upper bound, which is excluded.
    exact = dtypes.numpy_dtype(name).type
    highest = tf.constant(np.nextafter(exact(maxval), exact(minval)), name)
    return raw.Minimum(x=tf.cast(unit * (maxval - minval) + minval, name), y=highest)


def random_normal(shape: DynamicShape, mean: float, stddev: float, dtype: DType | None, key: Tensor) -> Tensor:
    """By the inverse of the distribution function, at the centres of the uniform numbers' cells."""
    name = dtypes.standardize(dtype)
    centred = _unit(shape, name, key) * 2.0 - (1 - 2.0 ** (-53 if name == "float64" else -24))
    return tf.cast(raw.Erfinv(x=centred) * (math.sqrt(2) * stddev) + mean, name)


def random_integer(shape: DynamicShape, minval: int, maxval: int, dtype: DType | None, key: Tensor) -> Tensor:
    name = "int32" if dtype is None else dtypes.standardize(dtype)
    drawn = "int32" if dtypes.itemsize(name) < 4 or name == "int32" else "int64"
    numbers = raw.StatelessRandomUniformIntV2(
        shape=as_shape(shape), **_stream(key), minval=tf.cast(minval, drawn), maxval=tf.cast(maxval, drawn)
    )
    return tf.cast(numbers, name)
