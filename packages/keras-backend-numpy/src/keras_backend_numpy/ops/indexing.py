"""Picking, ordering and scattering. An index outside its axis is brought to the nearest one inside."""

from __future__ import annotations

from typing import Any

import numpy as np

from keras_backend_numpy.ops.shapes import sizes


def _inside(indices: Any, length: int) -> Any:
    """Indices from 0 to length - 1: negative ones counted from the end, others clipped."""
    indices = np.asarray(indices, "int64")
    return np.clip(np.where(indices < 0, indices + length, indices), 0, length - 1)


def take(x: Any, indices: Any, axis: int | None = None) -> Any:
    x = np.asarray(x)
    length = x.size if axis is None else x.shape[axis]
    return np.take(x, _inside(indices, length), axis)


def take_along_axis(x: Any, indices: Any, axis: int | None = None) -> Any:
    if axis is None:
        x, indices, axis = np.ravel(x), np.ravel(indices), 0
    axis %= x.ndim
    rest = np.broadcast_shapes(*((*a.shape[:axis], 1, *a.shape[axis + 1 :]) for a in (x, indices)))
    x = np.broadcast_to(x, (*rest[:axis], x.shape[axis], *rest[axis + 1 :]))
    indices = np.broadcast_to(indices, (*rest[:axis], indices.shape[axis], *rest[axis + 1 :]))
    return np.take_along_axis(x, _inside(indices, x.shape[axis]), axis)


def _block(starts: Any, shape: Any, outer: tuple[int, ...]) -> tuple[Any, ...]:
    lengths = [n if size == -1 else size for size, n in zip(sizes(shape), outer, strict=True)]
    whole = [n - s if size == -1 else size for size, n, s in zip(sizes(shape), outer, sizes(starts), strict=True)]
    starts = [max(min(s, n - m), 0) for s, n, m in zip(sizes(starts), outer, whole, strict=True)]
    return tuple(np.s_[start : start + length] for start, length in zip(starts, lengths, strict=True))


def slice(inputs: Any, start_indices: Any, shape: Any) -> Any:
    return inputs[_block(start_indices, shape, inputs.shape)]


def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    result = np.array(inputs)
    result[_block(start_indices, updates.shape, inputs.shape)] = updates
    return result


_COMBINE = {"add": np.add, "max": np.maximum, "min": np.minimum, "mul": np.multiply}


def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> Any:
    result = np.array(inputs)
    depth = indices.shape[-1]
    place = tuple(_inside(indices[..., k], result.shape[k]) for k in range(depth))
    if reduction is None:
        result[place] = updates
    else:
        _COMBINE[reduction].at(result, place, updates)
    return result


def argsort(x: Any, axis: int | None = -1) -> Any:
    return np.argsort(x, axis, kind="stable").astype("int32")


def top_k(x: Any, k: int, sorted: bool = True) -> tuple[Any, Any]:
    backwards = x[..., ::-1]
    order = np.argsort(backwards, -1, kind="stable")[..., ::-1][..., :k]
    indices = x.shape[-1] - 1 - order
    return np.take_along_axis(x, indices, -1), indices.astype("int32")


sort = np.sort
