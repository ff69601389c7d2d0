"""Ops that change shapes and move elements."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_export.to_onnx.broadcasting import common_shape, known_axes
from keras_export.to_onnx.keys import indexed
from keras_export.to_onnx.sizes import given_sizes, known_int
from keras_export.to_onnx.values import Unsupported, Value, constant, to_first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_export.to_onnx.builder import Builder


def axis_size(g: Builder, x: Value, axis: int) -> Value:
    vector = g.size(x, int(axis) % x.ndim)
    if vector.array is not None:
        return constant(vector.array[0], "int32")
    scalar = g.cast(g.reshape(vector, ()), "int32")
    return Value((), "int32", scalar.name, size=vector)


def reshape(g: Builder, x: Value, newshape: Any) -> Value:
    return g.reshape(x, given_sizes(newshape))


def transpose(g: Builder, x: Value, axes: Any = None) -> Value:
    return g.transpose(x, range(x.ndim)[::-1] if axes is None else axes)


def expand_dims(g: Builder, x: Value, axis: Any) -> Value:
    return g.unsqueeze(x, list(axis) if isinstance(axis, (list, tuple)) else [int(axis)])


def squeeze(g: Builder, x: Value, axis: Any = None) -> Value:
    if axis is None:
        if None in x.shape:
            raise Unsupported("squeezing axes of unknown length")
        return g.squeeze(x, [a for a, n in enumerate(x.shape) if n == 1])
    return g.squeeze(x, list(axis) if isinstance(axis, (list, tuple)) else [int(axis)])


def broadcast_to(g: Builder, x: Value, shape: Any) -> Value:
    sizes = given_sizes(shape)
    known = tuple(one if isinstance(one, int) else None for one in sizes)
    return g.expand(x, sizes, known)


def concatenate(g: Builder, xs: Sequence[Value], axis: int = 0) -> Value:
    rank, place = xs[0].ndim, int(axis) % xs[0].ndim
    if rank > 2 and all(x.in_first is not None for x in xs):
        moved = to_first(rank).index(place)
        return g.channels_last(_joined(g, [g.channels_first(x) for x in xs], moved))
    return _joined(g, xs, place)


def _joined(g: Builder, xs: Sequence[Value], axis: int) -> Value:
    if len(xs) == 1:
        return xs[0]
    lengths = [x.shape[axis] for x in xs]
    together = None if None in lengths else sum(lengths)  # type: ignore[arg-type]
    known = common_shape([tuple(1 if a == axis else n for a, n in enumerate(x.shape)) for x in xs])
    return g.node("Concat", *xs, shape=tuple(together if a == axis else n for a, n in enumerate(known)), axis=axis)


def split(g: Builder, x: Value, indices_or_sections: Any, axis: int = 0) -> list[Value]:
    place = int(axis) % x.ndim
    length = x.shape[place]
    cuts = indices_or_sections
    if isinstance(cuts, Value):
        cuts = cuts.known("where to split").tolist()
    if not isinstance(cuts, (list, tuple)):
        if length is None:
            raise Unsupported("splitting an axis of unknown length")
        cuts = [length // int(cuts) * k for k in range(1, int(cuts))]
    cuts = [known_int(cut, "where to split") for cut in cuts]
    if length is None:
        limits = [0, *cuts, 2**62]
        return [g.slice(x, place, a, b) for a, b in pairwise(limits)]
    lengths = [b - a for a, b in pairwise([0, *cuts, length])]
    if len(lengths) == 1:
        return [x]
    outputs = [Value(tuple(n if a == place else m for a, m in enumerate(x.shape)), x.dtype) for n in lengths]
    return g.nodes_of("Split", [x, constant(lengths, "int64")], outputs, axis=place)


def tile(g: Builder, x: Value, repeats: Any) -> Value:
    counts = given_sizes(repeats)
    if len(counts) > x.ndim:
        x = g.unsqueeze(x, range(len(counts) - x.ndim))
    ones: list[int | Value] = [1] * (x.ndim - len(counts))
    counts = ones + counts
    shape = tuple(None if n is None or isinstance(c, Value) else n * c for n, c in zip(x.shape, counts, strict=True))
    return g.node("Tile", x, g.vector(counts), shape=shape)


def repeat(g: Builder, x: Value, repeats: Any, axis: int | None = None) -> Value:
    if axis is None:
        x, axis = g.reshape(x, [-1]), 0
    place = int(axis) % x.ndim
    if isinstance(repeats, Value):
        repeats = repeats.known("numbers of repetitions")
    counts = np.asarray(repeats, "int64")
    length = x.shape[place]
    if counts.size == 1 and x.in_first is not None and place:
        moved = to_first(x.ndim).index(place)
        return g.channels_last(_repeated(g, g.channels_first(x), int(counts.item()), moved))
    if counts.size == 1:
        return _repeated(g, x, int(counts.item()), place)
    if length is None:
        raise Unsupported("a number of repetitions for each place of an axis of unknown length")
    places = constant(np.repeat(np.arange(length), counts), "int64")
    shape = tuple(places.shape[0] if a == place else n for a, n in enumerate(x.shape))
    return g.node("Gather", x, places, shape=shape, axis=place)


def _repeated(g: Builder, x: Value, count: int, axis: int) -> Value:
    if count == 1:
        return x
    length = x.shape[axis]
    shape = tuple((None if n is None else n * count) if a == axis else n for a, n in enumerate(x.shape))
    if x.ndim in (3, 4) and axis >= 2 and x.dtype in ("float32", "float16"):
        scales = constant([count if a == axis else 1 for a in range(x.ndim)], "float32")
        how = {"mode": "nearest", "nearest_mode": "floor", "coordinate_transformation_mode": "asymmetric"}
        return g.node("Resize", x, None, scales, shape=shape, **how)
    if length is not None:
        places = constant(np.repeat(np.arange(length), count), "int64")
        return g.node("Gather", x, places, shape=shape, axis=axis)
    wide = g.unsqueeze(x, [axis + 1])
    tiled = tile(g, wide, [count if a == axis + 1 else 1 for a in range(wide.ndim)])
    sizes = [-1 if a == axis else n for a, n in enumerate(g.sizes_of(x))]
    return g.reshape(tiled, sizes, shape)


def pad(g: Builder, x: Value, pad_width: Any, mode: Any = "constant", constant_values: Any = None) -> Value:
    if isinstance(pad_width, Value):
        pad_width = pad_width.known("a width of padding")
    pairs = [(int(a), int(b)) for a, b in np.broadcast_to(np.asarray(pad_width), (x.ndim, 2))]
    inside = x.in_first
    if inside is not None and mode != "symmetric":
        return g.channels_last(_padded(g, inside, [pairs[a] for a in to_first(x.ndim)], mode, constant_values))
    return _padded(g, x, pairs, mode, constant_values)


def _padded(g: Builder, x: Value, pairs: list[tuple[int, int]], mode: str, value: Any) -> Value:
    shape = tuple(None if n is None else n + a + b for n, (a, b) in zip(x.shape, pairs, strict=True))
    if mode == "symmetric":
        for axis, pair in enumerate(pairs):
            length = x.shape[axis]
            if not any(pair):
                continue
            if length is None:
                raise Unsupported("symmetric padding of an axis of unknown length")
            places = np.pad(np.arange(length), pair, "symmetric")
            sizes = tuple(len(places) if a == axis else n for a, n in enumerate(x.shape))
            x = g.node("Gather", x, constant(places, "int64"), shape=sizes, axis=axis)
        return x
    if x.dtype == "bool":
        return g.cast(_padded(g, g.cast(x, "int32"), pairs, mode, value), "bool")
    widths = constant([a for a, _ in pairs] + [b for _, b in pairs], "int64")
    filled = None
    if mode == "constant":
        filled = value if isinstance(value, Value) else g.number(0 if value is None else value, x)
    return g.node("Pad", x, widths, filled, shape=shape, mode=mode)


def getitem(g: Builder, x: Value, key: Any) -> Value:
    return indexed(g, x, key)


def diagonal(g: Builder, x: Value, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Value:
    one, two = int(axis1) % x.ndim, int(axis2) % x.ndim
    rows, columns = x.shape[one], x.shape[two]
    if rows is None or columns is None:
        raise Unsupported("the diagonal of axes of unknown length")
    rest = [a for a in range(x.ndim) if a not in (one, two)]
    moved = g.transpose(x, [*rest, one, two])
    outer = [0] * len(rest)
    flat = g.reshape(moved, [*outer, rows * columns], (*moved.shape[:-2], rows * columns))
    places = constant(np.diagonal(np.arange(rows * columns).reshape(rows, columns), int(offset)), "int64")
    return g.node("Gather", flat, places, shape=(*moved.shape[:-2], places.shape[0]), axis=len(rest))


def flip(g: Builder, x: Value, axis: Any = None) -> Value:
    for one in known_axes(axis, x.ndim):
        x = g.slice(x, one, 2**62, -(2**63), -1)
    return x
