"""Ops that change shapes and move elements, which have sizes that are known."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_backend_cntk.expressions import (
    Expr,
    Unsupported,
    broadcast,
    constant,
    joined,
    known,
    number,
    picked,
    places_in,
    reshaped,
    rows_of,
    sliced,
    transposed,
)
from keras_backend_cntk.ops.shapes import inside

if TYPE_CHECKING:
    from collections.abc import Sequence


def axis_size(x: Expr, axis: int) -> Expr:
    return constant(x.shape[axis], "int32")


def _sizes(shape: Any) -> list[int]:
    shape = known(shape)
    return [int(shape)] if np.ndim(shape) == 0 else [int(size) for size in shape]


def reshape(x: Expr, newshape: Any) -> Expr:
    sizes = _sizes(newshape)
    if -1 in sizes:
        rest = int(np.prod([size for size in sizes if size != -1], dtype=int))
        sizes[sizes.index(-1)] = x.size // max(rest, 1)
    return reshaped(x, sizes)


def expand_dims(x: Expr, axis: Any) -> Expr:
    return reshaped(
        x, np.expand_dims(np.broadcast_to(0, x.shape), tuple(axis) if isinstance(axis, list) else axis).shape
    )


def squeeze(x: Expr, axis: Any = None) -> Expr:
    return reshaped(x, np.squeeze(np.broadcast_to(0, x.shape), tuple(axis) if isinstance(axis, list) else axis).shape)


def broadcast_to(x: Expr, shape: Any) -> Expr:
    return broadcast(x, _sizes(shape))


def transpose(x: Expr, axes: Any = None) -> Expr:
    return transposed(x, range(x.ndim)[::-1] if axes is None else axes)


def concatenate(xs: Sequence[Expr], axis: int = 0) -> Expr:
    return joined(list(xs), axis)


def split(x: Expr, indices_or_sections: Any, axis: int = 0) -> list[Expr]:
    cuts, size = known(indices_or_sections), x.shape[axis]
    if isinstance(cuts, int):
        cuts = [size // cuts * k for k in range(1, cuts)]
    limits = [0, *(int(cut) for cut in cuts), size]
    return [sliced(x, axis, begin, end) for begin, end in pairwise(limits)]


def getitem(x: Expr, key: Any) -> Expr:
    parts = list(key) if isinstance(key, tuple) else [key]
    unknown = [one for one in parts if isinstance(one, Expr) and one.array is None]
    if unknown:
        return _by_rows(x, parts)
    parts = [_part(one) for one in parts]
    if all(isinstance(one, (int, slice)) for one in parts):
        return _by_slices(x, parts)
    return picked(x, places_in(x)[tuple(parts)])


def _part(part: Any) -> Any:
    if isinstance(part, Expr):
        array = part.array
        assert array is not None
        return array.astype(bool if part.dtype == "bool" else "int64")
    if isinstance(part, list):
        return np.asarray(known(part), "int64")
    return int(part) if isinstance(part, np.integer) else known(part)


def _by_slices(x: Expr, parts: list[Any]) -> Expr:
    dropped = []
    for axis, part in enumerate(parts):
        if isinstance(part, int):
            place = part % x.shape[axis]
            x = sliced(x, axis, place, place + 1)
            dropped.append(axis)
            continue
        begin, end, step = part.indices(x.shape[axis])
        if step < 0:
            places = np.arange(x.shape[axis])[part]
            first = transposed(x, [axis, *(a for a in range(x.ndim) if a != axis)])
            found = rows_of(first, constant(places, "int32")) if places.size else None
            if found is None:
                raise Unsupported("CNTK has no tensors without elements")
            x = transposed(found, [*range(1, axis + 1), 0, *range(axis + 1, x.ndim)])
        else:
            x = sliced(x, axis, begin, max(begin, end), step)
    return reshaped(x, [n for axis, n in enumerate(x.shape) if axis not in dropped])


def _by_rows(x: Expr, parts: list[Any]) -> Expr:
    first, *rest = parts
    if not isinstance(first, Expr) or first.dtype == "bool" or any(one not in (slice(None), Ellipsis) for one in rest):
        raise Unsupported("this key")
    return rows_of(x, inside(first, x.shape[0]))


def pad(x: Expr, pad_width: Any, mode: Any = "constant", constant_values: Any = None) -> Expr:
    pairs = [(int(a), int(b)) for a, b in np.broadcast_to(np.asarray(known(pad_width)), (x.ndim, 2))]
    if mode != "constant":
        return picked(x, np.pad(places_in(x), pairs, mode))
    value = 0 if constant_values is None else constant_values
    value = value if isinstance(value, Expr) else number(value, x)
    for axis, (before, behind) in enumerate(pairs):
        around = [
            broadcast(value, [count if a == axis else n for a, n in enumerate(x.shape)]) if count else None
            for count in (before, behind)
        ]
        x = joined([one for one in (around[0], x, around[1]) if one is not None], axis)
    return x


def repeat(x: Expr, repeats: Any, axis: int | None = None) -> Expr:
    return picked(x, np.repeat(places_in(x), np.asarray(known(repeats), "int64"), axis))


def tile(x: Expr, repeats: Any) -> Expr:
    counts = _sizes(repeats)
    x = reshaped(x, [1] * (len(counts) - x.ndim) + list(x.shape))
    counts = [1] * (x.ndim - len(counts)) + counts
    for axis, count in enumerate(counts):
        x = joined([x] * count, axis)
    return x


def diagonal(x: Expr, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Expr:
    return picked(x, np.diagonal(places_in(x), offset, axis1, axis2))
