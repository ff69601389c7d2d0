"""Shapes, joining, padding and slicing."""

from __future__ import annotations

import builtins
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes
from keras_core.backend.toolkit import axes_of, axis_of, expanded_key

from keras_backend_tf.framework import raw, tf
from keras_backend_tf.ops.shapes import as_shape, rank_of, sizes_of, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Axis, DType, DynamicShape, Tensor


def axis_size(x: Tensor, axis: int) -> Tensor:
    size = x.shape[axis]
    return raw.Shape(input=x)[axis] if size is None else tf.constant(size, tf.int32)


def reshape(x: Tensor, newshape: DynamicShape) -> Tensor:
    return raw.Reshape(tensor=x, shape=as_shape(newshape))


def view(x: Tensor, dtype: DType | None = None) -> Tensor:
    if dtype is None:
        return x
    target = tf.as_dtype(dtypes.standardize(dtype))
    if target.size <= x.dtype.size:
        found = raw.Bitcast(input=x, type=target)
        sizes = sizes_of(found)
        return found if target.size == x.dtype.size else reshape(found, [*sizes[:-2], sizes[-2] * sizes[-1]])
    sizes, parts = sizes_of(x), target.size // x.dtype.size
    return raw.Bitcast(input=reshape(x, [*sizes[:-1], sizes[-1] // parts, parts]), type=target)


def transpose(x: Tensor, axes: Sequence[int] | None = None) -> Tensor:
    rank = rank_of(x)
    return raw.Transpose(x=x, perm=list(range(rank))[::-1] if axes is None else axes_of(axes, rank))


def expand_dims(x: Tensor, axis: int | Sequence[int]) -> Tensor:
    if isinstance(axis, int):
        return raw.ExpandDims(input=x, axis=axis)
    for one in sorted(axes_of(axis, rank_of(x) + len(axis))):
        x = raw.ExpandDims(input=x, axis=one)
    return x


def squeeze(x: Tensor, axis: Axis = None) -> Tensor:
    dropped = [k for k, size in enumerate(x.shape) if size == 1] if axis is None else axes_of(axis, rank_of(x))
    return raw.Squeeze(input=x, axis=dropped) if dropped else x


def broadcast_to(x: Tensor, shape: DynamicShape) -> Tensor:
    return raw.BroadcastTo(input=x, shape=as_shape(shape))


# -- joining and splitting


def concatenate(xs: Sequence[Tensor], axis: int = 0) -> Tensor:
    place = axis_of(axis, rank_of(xs[0]))
    return raw.ConcatV2(values=list(xs), axis=place) if len(xs) > 1 else xs[0]


def stack(x: Sequence[Tensor], axis: int = 0) -> Tensor:
    return raw.Pack(values=list(x), axis=axis)


def split(x: Tensor, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    place = axis_of(axis, rank_of(x))
    if isinstance(indices_or_sections, (int, np.integer)):
        return list(raw.Split(axis=place, value=x, num_split=int(indices_or_sections)))
    bounds = [0, *map(int, indices_or_sections), None]
    key = (builtins.slice(None),) * place
    return [x[(*key, builtins.slice(start, stop))] for start, stop in itertools.pairwise(bounds)]


def unstack(x: Tensor, num: int | None = None, axis: int = 0) -> list[Tensor]:
    return list(tf.unstack(x, num, axis))


# -- repeating and padding


def tile(x: Tensor, repeats: int | Sequence[int]) -> Tensor:
    times = _counts(repeats)
    missing = len(times) - rank_of(x)
    if missing > 0:
        x = raw.Reshape(tensor=x, shape=as_shape([1] * missing + sizes_of(x)))
    return raw.Tile(input=x, multiples=as_shape([1] * -missing + times))


def _counts(repeats: Any) -> list[Any]:
    """Numbers of repetitions, known or not, as a list, also of a single one."""
    single = isinstance(repeats, (int, np.integer)) or (tf.is_tensor(repeats) and repeats.shape.rank == 0)
    return [repeats] if single else list(repeats)


def repeat(x: Tensor, repeats: int | Sequence[int], axis: int | None = None) -> Tensor:
    if axis is None:
        x, axis = raw.Reshape(tensor=x, shape=[-1]), 0
    place = axis_of(axis, rank_of(x))
    counts = _counts(repeats)
    if len(counts) > 1:
        return raw.GatherV2(params=x, indices=np.repeat(np.arange(len(counts), dtype=np.int32), counts), axis=place)
    sizes, times = sizes_of(x), counts[0]
    multiples = [times if k == place + 1 else 1 for k in range(len(sizes) + 1)]
    wide = raw.Tile(input=raw.ExpandDims(input=x, axis=place + 1), multiples=as_shape(multiples))
    sizes[place] = sizes[place] * times
    return raw.Reshape(tensor=wide, shape=as_shape(sizes))


def pad(
    x: Tensor, pad_width: int | Sequence[Any], mode: str = "constant", constant_values: float | None = None
) -> Tensor:
    pairs = np.broadcast_to(np.asarray(pad_width, dtype=np.int32), (rank_of(x), 2))
    if mode == "constant":
        return raw.PadV2(input=x, paddings=pairs, constant_values=tf.cast(constant_values or 0, x.dtype))
    return raw.MirrorPad(input=x, paddings=pairs, mode=mode.upper())


# -- slicing


def getitem(x: Tensor, key: Any) -> Tensor:
    parts = expanded_key(key, rank_of(x))
    arrays = [k for k, part in enumerate(parts) if isinstance(part, (list, tuple)) or len(getattr(part, "shape", ()))]
    if not arrays:
        return x[tuple(parts)]
    place = arrays[0]
    indices, parts[place] = tf.convert_to_tensor(parts[place]), builtins.slice(None)
    scalars = [part is not None and not isinstance(part, builtins.slice) for part in parts]
    x = x[tuple(parts)]
    axis = place - builtins.sum(scalars[:place])
    return raw.GatherV2(params=x, indices=wrapped(indices, sizes_of(x)[axis]), axis=axis)


def diagonal(x: Tensor, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    rank = rank_of(x)
    first, second = axes_of([axis1, axis2], rank)
    order = [*(k for k in range(rank) if k not in (first, second)), first, second]
    if order != list(range(rank)):
        x = raw.Transpose(x=x, perm=order)
    rows, columns = x.shape[-2:]
    if None not in (rows, columns) and not -rows < offset < columns:
        return tf.zeros([*sizes_of(x)[:-2], 0], x.dtype)
    return raw.MatrixDiagPartV3(input=x, k=offset, padding_value=tf.zeros((), x.dtype))
