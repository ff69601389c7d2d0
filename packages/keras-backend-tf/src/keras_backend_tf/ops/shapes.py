"""Axes and shapes as TensorFlow's kernels take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_backend_tf.framework import raw, tf

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def rank_of(x: Tensor) -> int:
    """Number of axes."""
    return len(x.shape)


def sizes_of(x: Tensor) -> list[Any]:
    """Sizes of all axes: ints where they are known, scalar tensors elsewhere."""
    static = list(x.shape)
    if None not in static:
        return static
    dynamic = raw.Shape(input=x)
    return [dynamic[axis] if size is None else size for axis, size in enumerate(static)]


def as_shape(shape: Any) -> Any:
    """Ints and scalar tensors, one int, or a tensor, as one shape argument."""
    if isinstance(shape, (int, np.integer)):
        return [int(shape)]
    if isinstance(shape, tf.Tensor):
        return shape
    if any(isinstance(size, tf.Tensor) for size in shape):
        return tf.stack([tf.cast(size, tf.int32) for size in shape])
    return [int(size) for size in shape] or tf.zeros((0,), tf.int32)


def wrapped(indices: Tensor, size: Any) -> Tensor:
    """Indices with negative ones counted from the end, as int32 or int64."""
    if indices.dtype not in (tf.int32, tf.int64):
        indices = raw.Cast(x=indices, DstT=tf.int64)
    known = tf.get_static_value(indices)
    if known is not None and known.size and known.min() >= 0:
        return indices
    size = tf.cast(size, indices.dtype)
    return raw.SelectV2(condition=raw.Less(x=indices, y=tf.zeros_like(size)), t=raw.AddV2(x=indices, y=size), e=indices)
