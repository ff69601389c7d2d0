"""``x[key]`` as slices and picked rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_export.to_onnx.sizes import given_int
from keras_export.to_onnx.values import Unsupported, Value, constant

if TYPE_CHECKING:
    from keras_export.to_onnx.builder import Builder

_LAST, _FIRST = 2**62, -(2**63)


def indexed(g: Builder, x: Value, key: Any) -> Value:
    """A part of a tensor.

    Args:
        g: the builder.
        x: the tensor.
        key: as of the op `getitem`: ints, slices, None, Ellipsis and at most one integer tensor.
    """
    parts = _every_axis(key, x.ndim)
    axis, new, dropped = 0, [], []
    place = 0
    for part in parts:
        if part is None:
            new.append(place)
            place += 1
            continue
        if isinstance(part, slice):
            x = _sliced(g, x, axis, part)
        elif _is_scalar(part):
            x = _row(g, x, axis, part)
            dropped.append(axis)
            place -= 1
        else:
            rows = part if isinstance(part, Value) else constant(part, "int64")
            x = picked(g, x, rows, axis)
            axis += rows.ndim - 1
            place += rows.ndim - 1
        axis += 1
        place += 1
    x = g.squeeze(x, dropped) if dropped else x
    return g.unsqueeze(x, new) if new else x


def picked(g: Builder, x: Value, indices: Value, axis: int) -> Value:
    """Rows of a tensor, of which negative ones are counted from the end.

    Args:
        g: the builder.
        x: the tensor.
        indices: their numbers; those outside are brought inside, but for rows of a constant, where they are an error.
        axis: the axis along which they are.
    """
    length = x.shape[axis]
    if indices.array is not None and length is not None:
        whole = np.asarray(indices.array, "int64")
        indices = constant(np.clip(np.where(whole < 0, whole + length, whole), 0, length - 1))
    elif x.array is None:
        indices = g.cast(indices, "int64")
        last = constant(length - 1, "int64") if length is not None else g.reshape(g.size(x, axis), ())
        if length is None:
            last = g.node("Sub", last, constant(1, "int64"), shape=())
        least = g.node("Sub", constant(-1, "int64"), last, shape=()) if length is None else constant(-length, "int64")
        indices = g.node("Max", g.node("Min", indices, last, shape=indices.shape), least, shape=indices.shape)
    elif indices.dtype not in ("int32", "int64"):
        indices = g.cast(indices, "int64")
    return g.node("Gather", x, indices, shape=(*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]), axis=axis)


def _every_axis(key: Any, rank: int) -> list[Any]:
    parts = list(key) if isinstance(key, (tuple, list)) and not _is_rows(key) else [key]
    named = sum(part is not None and part is not Ellipsis for part in parts)
    whole = [slice(None)] * (rank - named)
    if Ellipsis not in [part for part in parts if not isinstance(part, (Value, np.ndarray))]:
        return [*parts, *whole]
    at = next(k for k, part in enumerate(parts) if part is Ellipsis)
    return [*parts[:at], *whole, *parts[at + 1 :]]


def _is_rows(key: Any) -> bool:
    """Whether a list is one of row numbers rather than of parts of a key."""
    return isinstance(key, list) and bool(key) and all(isinstance(one, (int, np.integer)) for one in key)


def _is_scalar(part: Any) -> bool:
    return isinstance(part, (int, np.integer)) or (isinstance(part, (Value, np.ndarray)) and not part.shape)


def _row(g: Builder, x: Value, axis: int, part: Any) -> Value:
    """One row, with its axis."""
    number = given_int(part)
    if isinstance(number, int):
        return g.slice(x, axis, number, number + 1 if number != -1 else _LAST)
    rows = g.reshape(g.cast(number, "int64"), (1,)) if number.size is None else number.size
    return picked(g, x, rows, axis)


def _sliced(g: Builder, x: Value, axis: int, part: slice) -> Value:
    step = 1 if part.step is None else given_int(part.step)
    if isinstance(step, Value):
        raise Unsupported("a step that is computed")
    begin, end = (None if one is None else given_int(one) for one in (part.start, part.stop))
    if begin is None and end is None and step == 1:
        return x
    if begin is None:
        begin = 0 if step > 0 else _LAST
    if end is None:
        end = _LAST if step > 0 else _FIRST
    return g.slice(x, axis, begin, end, step)
