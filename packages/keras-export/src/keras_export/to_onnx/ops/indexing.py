"""Picking, ordering and scattering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_export.to_onnx.broadcasting import common_shape, elementwise
from keras_export.to_onnx.keys import picked
from keras_export.to_onnx.sizes import given_int, given_sizes, known_int
from keras_export.to_onnx.values import Unsupported, Value, constant

if TYPE_CHECKING:
    from keras_export.to_onnx.builder import Builder


def take(g: Builder, x: Value, indices: Value, axis: int | None = None) -> Value:
    if axis is None:
        x, axis = g.reshape(x, [-1]), 0
    return picked(g, x, indices, int(axis) % x.ndim)


def take_along_axis(g: Builder, x: Value, indices: Value, axis: int | None = None) -> Value:
    if axis is None:
        x, indices, axis = g.reshape(x, [-1]), g.reshape(indices, [-1]), 0
    place = int(axis) % x.ndim
    rest = common_shape([tuple(1 if a == place else n for a, n in enumerate(one.shape)) for one in (x, indices)])
    x, indices = (_wide(g, one, rest, place, other) for one, other in ((x, indices), (indices, x)))
    return g.node("GatherElements", x, g.cast(indices, "int64"), shape=indices.shape, axis=place)


def _wide(g: Builder, x: Value, rest: tuple[int | None, ...], axis: int, other: Value) -> Value:
    """A tensor broadcast along all axes but one."""
    shape = tuple(x.shape[axis] if a == axis else n for a, n in enumerate(rest))
    if all(a == axis or n != 1 or m == 1 for a, (n, m) in enumerate(zip(x.shape, rest, strict=True))):
        return x
    sizes = [s if a == axis or x.shape[a] != 1 else g.sizes_of(other)[a] for a, s in enumerate(g.sizes_of(x))]
    return g.expand(x, sizes, shape)


def slice(g: Builder, inputs: Value, start_indices: Any, shape: Any) -> Value:
    starts = _starts(start_indices, inputs.ndim)
    for axis, (start, size) in enumerate(zip(starts, given_sizes(shape), strict=True)):
        length = inputs.shape[axis]
        if isinstance(size, Value):
            raise Unsupported("a block whose size is computed")
        if isinstance(start, int):
            if length is not None:
                start = max(min(start, length - size if size != -1 else length), 0)
            inputs = g.slice(inputs, axis, start, 2**62 if size == -1 else start + size)
            continue
        if length is None or size == -1:
            raise Unsupported("a block that begins at a computed place of an axis of unknown length")
        begin = elementwise(g, "Max", elementwise(g, "Min", start, g.number(length - size, start)), g.number(0, start))
        inputs = g.slice(inputs, axis, begin, elementwise(g, "Add", begin, g.number(size, start)))
        inputs = Value(
            tuple(size if a == axis else n for a, n in enumerate(inputs.shape)), inputs.dtype, g.name_of(inputs)
        )
    return inputs


def _starts(start_indices: Any, rank: int) -> list[int | Value]:
    if isinstance(start_indices, Value) and start_indices.array is None:
        raise Unsupported("a vector of places that is computed")
    if isinstance(start_indices, Value):
        return [int(one) for one in np.broadcast_to(start_indices.known("a place"), rank)]
    parts = start_indices if isinstance(start_indices, (list, tuple)) else [start_indices] * rank
    return [given_int(one) for one in parts]


def slice_update(g: Builder, inputs: Value, start_indices: Any, updates: Value) -> Value:
    if None in updates.shape or None in inputs.shape:
        raise Unsupported("writing a block of unknown size")
    sizes = [int(n) for n in updates.shape if n is not None]
    starts = _starts(start_indices, inputs.ndim)
    if any(isinstance(one, Value) for one in starts):
        begin = g.vector(starts)
        most = np.array([n - s for n, s in zip(inputs.shape, sizes, strict=True)], "int64")  # type: ignore[operator]
        begin = elementwise(g, "Max", elementwise(g, "Min", begin, constant(most)), constant(0, "int64"))
        places = elementwise(g, "Add", constant(np.moveaxis(np.indices(sizes), 0, -1), "int64"), begin)
    else:
        first = [
            max(min(int(one), n - s), 0)  # type: ignore[arg-type,operator]
            for one, n, s in zip(starts, inputs.shape, sizes, strict=True)
        ]
        places = constant(np.moveaxis(np.indices(sizes), 0, -1) + np.array(first), "int64")
    return g.node("ScatterND", inputs, places, updates, shape=inputs.shape)


def scatter_update(g: Builder, inputs: Value, indices: Value, updates: Value, reduction: str | None = None) -> Value:
    whole = g.cast(indices, "int64")
    if inputs.dtype == "bool":
        if reduction is not None:
            raise Unsupported("scattering truth values")
        return g.cast(scatter_update(g, g.cast(inputs, "int32"), indices, g.cast(updates, "int32")), "bool")
    return g.node("ScatterND", inputs, whole, updates, shape=inputs.shape, reduction=reduction)


def _ordered(g: Builder, x: Value, axis: int | None) -> tuple[Value, Value]:
    x, place = (g.reshape(x, [-1]), 0) if axis is None else (x, int(axis) % x.ndim)
    outputs = [Value(x.shape, x.dtype), Value(x.shape, "int64")]
    values, places = g.nodes_of("TopK", [x, g.size(x, place)], outputs, axis=place, largest=0, sorted=1)
    return values, places


def sort(g: Builder, x: Value, axis: int | None = -1) -> Value:
    return _ordered(g, x, axis)[0]


def argsort(g: Builder, x: Value, axis: int | None = -1) -> Value:
    return g.cast(_ordered(g, x, axis)[1], "int32")


def top_k(g: Builder, x: Value, k: Any, sorted: bool = True) -> list[Value]:
    count = known_int(k, "a number of elements")
    shape = (*x.shape[:-1], count)
    outputs = [Value(shape, x.dtype), Value(shape, "int64")]
    values, places = g.nodes_of("TopK", [x, constant([count], "int64")], outputs, axis=-1, largest=1, sorted=1)
    return [values, g.cast(places, "int32")]
