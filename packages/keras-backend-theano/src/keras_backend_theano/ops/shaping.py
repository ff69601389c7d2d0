"""Shapes, joining, splitting, slicing."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytensor.tensor as pt
from keras_core.backend.toolkit import axes_of
from pytensor.graph.basic import Variable, equal_computations

from keras_backend_theano.custom_ops.callback import PureCallback
from keras_backend_theano.ops.shapes import lengths, sizes
from keras_backend_theano.symbolic import numpy_dtype, tensor


def axis_size(x: Any, axis: int) -> Any:
    return pt.cast(x.shape[axis], "int32")


def _is_size(size: Any, x: Any, axis: int) -> bool:
    """Whether a symbolic size is that of an axis of `x`."""
    return isinstance(size, Variable) and any(
        equal_computations([size], sizes([own])) for own in (axis_size(x, axis), x.shape[axis])
    )


def view(x: Any, dtype: Any = None) -> Any:
    if dtype is None:
        return x
    target, have = numpy_dtype(dtype), np.dtype(x.type.dtype)
    shape = x.type.shape
    if target.itemsize != have.itemsize:
        last = None if shape[-1] is None else shape[-1] * have.itemsize // target.itemsize
        shape = (*shape[:-1], last)

    def run(array: Any) -> Any:
        return np.ascontiguousarray(array).reshape(array.shape).view(target)

    return PureCallback(run, ("view", target.name), [(target.name, shape)])(x)


def reshape(x: Any, newshape: Any) -> Any:
    x, target = tensor(x), sizes(newshape)
    known = x.type.shape
    if -1 in target and None in known:
        # One unknown axis that stands on both sides keeps its length; let the static shape say so.
        place = target.index(-1)
        rest = [n for n in target if n != -1]
        unknown = [k for k, n in enumerate(known) if n is None]
        product = int(np.prod([n for n in known if n is not None], dtype=np.int64))
        if len(unknown) == 1 and all(isinstance(n, int) for n in rest):
            block = int(np.prod(rest, dtype=np.int64))
            if block == product and block:
                target[place] = x.shape[unknown[0]]
        elif len(unknown) == 1 and sum(not isinstance(n, int) for n in rest) == 1:
            block = int(np.prod([n for n in rest if isinstance(n, int)], dtype=np.int64))
            if block and product % block == 0 and any(_is_size(n, x, unknown[0]) for n in rest):
                target[place] = product // block
    return pt.reshape(x, target, ndim=len(target))


def transpose(x: Any, axes: Any = None) -> Any:
    return pt.transpose(x, None if axes is None else tuple(axes))


def expand_dims(x: Any, axis: Any) -> Any:
    return pt.expand_dims(x, axis if isinstance(axis, int) else tuple(axis))


def squeeze(x: Any, axis: Any = None) -> Any:
    if axis is None:
        chosen = tuple(k for k, n in enumerate(x.type.shape) if n == 1)
    else:
        chosen = axes_of(axis, x.type.ndim)
    return pt.squeeze(x, axis=chosen) if chosen else x


def broadcast_to(x: Any, shape: Any) -> Any:
    target = sizes(shape)
    x = tensor(x)
    if list(x.type.shape) == target:
        return x
    return pt.alloc(x, *target)


def concatenate(xs: Any, axis: int = 0) -> Any:
    return pt.concatenate([tensor(x) for x in xs], axis=axis)


def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    place = axis % x.type.ndim
    if isinstance(indices_or_sections, (int, np.integer)):
        count = int(indices_or_sections)
        length = x.type.shape[place]
        size = x.shape[place] // count if length is None else length // count
        cuts = [size * k for k in range(1, count)]
    else:
        cuts = [n if isinstance(n, Variable) else int(n) for n in indices_or_sections]
    limits = [0, *cuts, None]
    before = (slice(None),) * place
    return [x[(*before, slice(a, b))] for a, b in pairwise(limits)]


def tile(x: Any, repeats: Any) -> Any:
    x = tensor(x)
    counts = sizes([repeats]) if _is_count(repeats) else sizes(repeats)
    counts = [1] * (x.type.ndim - len(counts)) + counts
    x = x.reshape((*[1] * (len(counts) - x.type.ndim), *lengths(x)))
    for axis, count in enumerate(counts):
        if isinstance(count, Variable):
            old = lengths(x)
            wide = pt.alloc(pt.expand_dims(x, axis), *old[:axis], count, *old[axis:])
            x = wide.reshape((*old[:axis], count * old[axis], *old[axis + 1 :]))
        elif count != 1:
            x = pt.concatenate([x] * count, axis=axis) if count else x[(slice(None),) * axis + (slice(0, 0),)]
    return x


def _is_count(repeats: Any) -> bool:
    """Whether that is one number of repetitions, known or not."""
    return isinstance(repeats, int) or (isinstance(repeats, Variable) and repeats.type.ndim == 0)


def repeat(x: Any, repeats: Any, axis: int | None = None) -> Any:
    x = tensor(x)
    if axis is None:
        return repeat(pt.flatten(x), repeats, 0)
    place = axis % x.type.ndim
    if not _is_count(repeats):
        index = np.repeat(np.arange(len(repeats)), repeats)
        return x[(*(slice(None),) * place, index)]
    old, (count,) = lengths(x), sizes([repeats])
    wide = pt.alloc(pt.expand_dims(x, place + 1), *old[: place + 1], count, *old[place + 1 :])
    return wide.reshape((*old[:place], old[place] * count, *old[place + 1 :]))


def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: float | None = None) -> Any:
    widths = np.broadcast_to(np.asarray(pad_width), (x.type.ndim, 2))
    pairs = [(int(before), int(after)) for before, after in widths]
    if mode != "constant":
        return _mirrored(x, pairs, edge=mode == "symmetric")
    old = lengths(x)
    fill = tensor(constant_values or 0, x.type.dtype)
    border = pt.alloc(fill, *(n + a + b for n, (a, b) in zip(old, pairs, strict=True)))
    inside = tuple(slice(a, a + n) for n, (a, _) in zip(old, pairs, strict=True))
    return pt.set_subtensor(border[inside], x)


def _mirrored(x: Any, pairs: list[tuple[int, int]], edge: bool) -> Any:
    """Each axis with its first and last elements mirrored outside, `edge` repeating the outermost."""
    skip = 0 if edge else 1
    for axis, (before, after) in enumerate(pairs):
        lead = (slice(None),) * axis
        parts = [x]
        if before:
            parts.insert(0, x[(*lead, slice(skip, before + skip))][(*lead, slice(None, None, -1))])
        if after:
            stop = -skip or None
            parts.append(x[(*lead, slice(-after - skip, stop))][(*lead, slice(None, None, -1))])
        x = pt.concatenate(parts, axis=axis) if len(parts) > 1 else x
    return x


def getitem(x: Any, key: Any) -> Any:
    parts = key if isinstance(key, tuple) else (key,)
    return tensor(x)[tuple(np.asarray(p) if isinstance(p, list) else p for p in parts)]


def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    first, second = axes_of((axis1, axis2), x.type.ndim)
    return pt.diagonal(x, offset, first, second)
