"""Tensors made from numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes

from keras_backend_tf.framework import raw, tf
from keras_backend_tf.ops.elementwise import cast
from keras_backend_tf.ops.shapes import as_shape

if TYPE_CHECKING:
    from keras_core.typing import DType, DynamicShape, Tensor


def full(shape: DynamicShape, fill_value: Any, dtype: DType | None = None) -> Tensor:
    return raw.BroadcastTo(input=cast(fill_value, dtypes.standardize(dtype)), shape=as_shape(shape))


def zeros_like(x: Tensor, dtype: DType | None = None) -> Tensor:
    return raw.ZerosLike(x=x if dtype is None else cast(x, dtype))


def sequence(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    if not any(map(tf.is_tensor, (start, stop, step))):
        return tf.constant(np.arange(start, stop, step).astype(dtypes.numpy_dtype(dtype)))
    kind = "int64" if dtypes.is_int(dtype) or dtypes.is_bool(dtype) else "float64"
    limits = [tf.cast(one, kind) for one in (start, stop, step)]
    return cast(raw.Range(start=limits[0], limit=limits[1], delta=limits[2]), dtype)
