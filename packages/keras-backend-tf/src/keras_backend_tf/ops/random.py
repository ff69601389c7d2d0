"""Random numbers by key; the key's two words are the seed of TensorFlow's stateless generators."""

from __future__ import annotations

from keras_core import dtypes
from keras_core.typing import DType, DynamicShape, Tensor

from keras_backend_tf.framework import raw, tf
from keras_backend_tf.ops.shapes import as_shape


def _float(dtype: DType | None) -> tuple[str, str]:
    """The dtype wanted and the one drawn."""
    name = dtypes.standardize(dtype)
    return name, name if name in ("float32", "float64") else "float32"


def _seed(key: Tensor) -> Tensor:
    return raw.Bitcast(input=key, type=tf.int32)


def random_uniform(shape: DynamicShape, minval: float, maxval: float, dtype: DType | None, key: Tensor) -> Tensor:
    name, drawn = _float(dtype)
    unit = raw.StatelessRandomUniform(shape=as_shape(shape), seed=_seed(key), dtype=drawn)
    spread = tf.cast(maxval, drawn) - tf.cast(minval, drawn)
    result = tf.cast(unit * spread + tf.cast(minval, drawn), name)
    if name != drawn:
        # Rounding may have reached the upper bound, which is excluded.
        result = tf.minimum(result, tf.cast(_below(maxval, name), name))
    return result


def _below(maxval: float, dtype: str) -> float:
    return maxval - abs(maxval) * float(dtypes.finfo(dtype).eps) if maxval else -float(dtypes.finfo(dtype).tiny)


def random_normal(shape: DynamicShape, mean: float, stddev: float, dtype: DType | None, key: Tensor) -> Tensor:
    name, drawn = _float(dtype)
    unit = raw.StatelessRandomNormal(shape=as_shape(shape), seed=_seed(key), dtype=drawn)
    return tf.cast(unit * tf.cast(stddev, drawn) + tf.cast(mean, drawn), name)


def random_truncated_normal(
    shape: DynamicShape, mean: float, stddev: float, dtype: DType | None, key: Tensor
) -> Tensor:
    name, drawn = _float(dtype)
    unit = raw.StatelessTruncatedNormal(shape=as_shape(shape), seed=_seed(key), dtype=drawn)
    return tf.cast(unit * tf.cast(stddev, drawn) + tf.cast(mean, drawn), name)


def random_integer(shape: DynamicShape, minval: int, maxval: int, dtype: DType | None, key: Tensor) -> Tensor:
    name = "int32" if dtype is None else dtypes.standardize(dtype)
    drawn = "int32" if dtypes.itemsize(name) < 4 or name == "int32" else "int64"
    numbers = raw.StatelessRandomUniformInt(
        shape=as_shape(shape), seed=_seed(key), minval=tf.cast(minval, drawn), maxval=tf.cast(maxval, drawn)
    )
    return tf.cast(numbers, name)
