"""Picking elements. An index outside its axis is brought to the nearest one inside."""

from __future__ import annotations

from typing import Any

import numpy as np

from keras_backend_cntk.expressions import (
    LARGEST_INDEX,
    Expr,
    Unsupported,
    broadcast,
    constant,
    known,
    reshaped,
    rows_of,
    sliced,
    transposed,
)
from keras_backend_cntk.ops.elementwise import add, multiply
from keras_backend_cntk.ops.shapes import inside


def take(x: Expr, indices: Expr, axis: int | None = None) -> Expr:
    if axis is None:
        x, axis = reshaped(x, (x.size,)), 0
    axis = int(axis) % x.ndim
    first = transposed(x, [axis, *(a for a in range(x.ndim) if a != axis)])
    found, count = rows_of(first, inside(indices, x.shape[axis])), indices.ndim
    order = [*range(count, count + axis), *range(count), *range(count + axis, found.ndim)]
    return transposed(found, order)


def take_along_axis(x: Expr, indices: Expr, axis: int | None = None) -> Expr:
    if axis is None:
        x, indices, axis = reshaped(x, (x.size,)), reshaped(indices, (indices.size,)), 0
    axis = int(axis) % x.ndim
    rest = list(np.broadcast_shapes(*((*a.shape[:axis], 1, *a.shape[axis + 1 :]) for a in (x, indices))))
    x = broadcast(x, [*rest[:axis], x.shape[axis], *rest[axis + 1 :]])
    shape = [*rest[:axis], indices.shape[axis], *rest[axis + 1 :]]
    if x.size > LARGEST_INDEX:
        raise Unsupported("indices are float32")
    strides = [int(np.prod(x.shape[a + 1 :], dtype=int)) for a in range(x.ndim)]
    grid = np.indices(shape)
    others = sum(grid[a] * strides[a] for a in range(x.ndim) if a != axis)
    own = multiply(inside(broadcast(indices, shape), x.shape[axis]), constant(strides[axis], "int32"))
    places = add(own, constant(np.broadcast_to(others, shape), "int32"))
    return rows_of(reshaped(x, (x.size,)), places)


def slice(inputs: Expr, start_indices: Any, shape: Any) -> Expr:
    starts = np.atleast_1d(known(start_indices))
    for axis, (start, size) in enumerate(zip(starts, known(shape), strict=True)):
        length = inputs.shape[axis]
        size = length - int(start) if size == -1 else int(size)
        begin = max(min(int(start), length - size), 0)
        inputs = sliced(inputs, axis, begin, begin + size)
    return inputs
