"""Picking, ordering and scattering by integer tensors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit import axis_of

from keras_backend_tf.framework import raw, tf
from keras_backend_tf.ops.shapes import as_shape, rank_of, sizes_of, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


def take(x: Tensor, indices: Tensor, axis: int | None = None) -> Tensor:
    if axis is None:
        x, axis = raw.Reshape(tensor=x, shape=[-1]), 0
    place = axis_of(axis, rank_of(x))
    return raw.GatherV2(params=x, indices=wrapped(indices, sizes_of(x)[place]), axis=place)


def take_along_axis(x: Tensor, indices: Tensor, axis: int | None = None) -> Tensor:
    if axis is None:
        x, indices, axis = raw.Reshape(tensor=x, shape=[-1]), raw.Reshape(tensor=indices, shape=[-1]), 0
    rank = rank_of(x)
    place = axis_of(axis, rank)
    indices = wrapped(indices, sizes_of(x)[place])
    if list(x.shape[:place]) + list(x.shape[place + 1 :]) != list(indices.shape[:place]) + list(
        indices.shape[place + 1 :]
    ) or None in (*x.shape[:place], *x.shape[place + 1 :]):
        x, indices = _broadcast_but(x, indices, place)
    if place != rank - 1:
        order = [k for k in range(rank) if k != place] + [place]
        back = [*range(place), rank - 1, *range(place, rank - 1)]
        x, indices = raw.Transpose(x=x, perm=order), raw.Transpose(x=indices, perm=order)
        return raw.Transpose(x=tf.gather(x, indices, axis=-1, batch_dims=rank - 1), perm=back)
    return tf.gather(x, indices, axis=-1, batch_dims=rank - 1)


def _broadcast_but(x: Tensor, indices: Tensor, place: int) -> tuple[Tensor, Tensor]:
    """Both with all sizes equal but that of one axis."""
    common = raw.BroadcastArgs(s0=_shape_but(x, place), s1=_shape_but(indices, place))
    here = tf.one_hot(place, rank_of(x), dtype=tf.int32)
    wide_x, wide_indices = (
        raw.BroadcastTo(input=t, shape=raw.SelectV2(condition=here > 0, t=raw.Shape(input=t), e=common))
        for t in (x, indices)
    )
    return wide_x, wide_indices


def _shape_but(x: Tensor, place: int) -> Tensor:
    sizes = sizes_of(x)
    sizes[place] = 1
    return tf.convert_to_tensor(as_shape(sizes))


def slice(inputs: Tensor, start_indices: Sequence[Any], shape: Sequence[int]) -> Tensor:
    return raw.Slice(input=inputs, begin=as_shape(start_indices), size=as_shape(shape))


def slice_update(inputs: Tensor, start_indices: Sequence[Any], updates: Tensor) -> Tensor:
    begin = tf.convert_to_tensor(as_shape(start_indices))
    end = begin + tf.cast(tf.convert_to_tensor(as_shape(sizes_of(updates))), begin.dtype)
    return raw.TensorStridedSliceUpdate(input=inputs, begin=begin, end=end, strides=tf.ones_like(begin), value=updates)


_SCATTER = {
    None: raw.TensorScatterUpdate,
    "add": raw.TensorScatterAdd,
    "max": raw.TensorScatterMax,
    "min": raw.TensorScatterMin,
}


def scatter_update(inputs: Tensor, indices: Tensor, updates: Tensor, reduction: str | None = None) -> Tensor:
    depth = indices.shape[-1]
    sizes = sizes_of(inputs)
    indices = wrapped(indices, tf.stack(sizes[:depth]) if depth else 0)
    if reduction == "mul":
        return raw.Mul(x=inputs, y=_products(inputs, indices, updates, sizes, depth))
    return _SCATTER[reduction](tensor=inputs, indices=indices, updates=updates)


def _products(inputs: Tensor, indices: Tensor, updates: Tensor, sizes: list[Any], depth: int) -> Tensor:
    """For each place the product of the updates that fall on it, 1 where none does."""
    strides = [math.prod(sizes[k + 1 : depth]) for k in range(depth)]
    flat = tf.reduce_sum(indices * tf.cast(tf.stack(strides), indices.dtype), -1)
    found = raw.UnsortedSegmentProd(data=updates, segment_ids=flat, num_segments=math.prod(sizes[:depth]))
    return raw.Reshape(tensor=found, shape=as_shape(sizes))


# -- ordering


def sort(x: Tensor, axis: int | None = -1) -> Tensor:
    if axis is None:
        return sort(raw.Reshape(tensor=x, shape=[-1]))
    if x.dtype is tf.bool:
        return tf.cast(tf.sort(tf.cast(x, tf.uint8), axis), tf.bool)
    return tf.sort(x, axis)


def argsort(x: Tensor, axis: int | None = -1) -> Tensor:
    if axis is None:
        x, axis = raw.Reshape(tensor=x, shape=[-1]), 0
    return tf.argsort(tf.cast(x, tf.uint8) if x.dtype is tf.bool else x, axis, stable=True)


def top_k(x: Tensor, k: int, sorted: bool = True) -> tuple[Tensor, Tensor]:
    values, indices = raw.TopKV2(input=x, k=k, sorted=sorted)
    return values, indices


def in_top_k(targets: Tensor, predictions: Tensor, k: int) -> Tensor:
    return raw.InTopKV2(
        predictions=tf.cast(predictions, tf.float32), targets=tf.cast(targets, tf.int32), k=tf.constant(k, tf.int32)
    )
