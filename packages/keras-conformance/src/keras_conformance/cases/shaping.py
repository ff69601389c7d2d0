"""Cases of shaping and creation ops."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keras_conformance.inputs import Case, Inputs


def _axis_size(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    return {"x": draw.floats(shape), "axis": draw.axis(len(shape))}


def _reshape(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    total = math.prod(shape)
    return {"x": draw.numbers(shape), "newshape": draw.pick((total,), (-1,), (1, -1), (*shape, 1), shape[::-1])}


def _transpose(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 4)
    order = draw.pick(None, tuple(range(len(shape)))[::-1], (*range(1, len(shape)), 0))
    return {"x": draw.numbers(shape), "axes": order}


def _expand_dims(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape()
    return {"x": draw.numbers(shape), "axis": draw.pick(0, -1, (0, -1))}


def _squeeze(draw: Inputs) -> dict[str, Any]:
    a, b = draw.size(2, 4), draw.size(2, 4)
    return {"x": draw.numbers((1, a, 1, b)), "axis": draw.pick(0, 2, -2, (0, 2), None)}


def _broadcast_to(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    return {"x": draw.numbers(draw.broadcastable(shape)), "shape": shape}


def _moveaxis(draw: Inputs) -> dict[str, Any]:
    pairs = draw.pick((0, -1), (-1, 0), (1, 0), ((0, 1), (-1, -2)))
    return {"x": draw.numbers(tuple(draw.size() for _ in range(3))), "source": pairs[0], "destination": pairs[1]}


def _swapaxes(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(2, 3)
    return {"x": draw.numbers(shape), "axis1": draw.axis(len(shape)), "axis2": draw.axis(len(shape))}


def _any(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.numbers(draw.shape())}


def _matrix(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.numbers(draw.shape(2, 3))}


def _concatenate(draw: Inputs) -> dict[str, Any]:
    shape = list(draw.shape(1, 3))
    axis = draw.axis(len(shape))
    parts = []
    for _ in range(draw.size(1, 3)):
        shape[axis] = draw.size()
        parts.append(draw.numbers(shape))
    return {"xs": parts, "axis": axis}


def _stack(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape()
    return {"x": [draw.numbers(shape) for _ in range(draw.size(1, 3))], "axis": draw.axis(len(shape) + 1)}


def _stacked_rows(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    return {"xs": [draw.floats(shape) for _ in range(2)]}


def _append(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 2)
    return {"x1": draw.numbers(shape), "x2": draw.numbers(shape), "axis": draw.pick(None, 0, -1)}


def _split(draw: Inputs) -> dict[str, Any]:
    axis, n = draw.pick(0, 1, -1), draw.size(1, 3)
    shape = [2, 2]
    shape[axis] = 2 * n
    return {"x": draw.numbers(shape), "indices_or_sections": draw.pick(2, n, [1], [1, 2]), "axis": axis}


def _thirds(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.numbers((2, 4, 2)), "indices_or_sections": draw.pick(2, [1])}


def _geomspace(draw: Inputs) -> dict[str, Any]:
    return {"start": draw.floats((2,), 0.5, 2), "stop": 4.0, "num": draw.size(1, 5), "endpoint": draw.pick(True, False)}


def _vander(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.floats((draw.size(),), 0.5, 2), "N": draw.pick(3, 4), "increasing": draw.pick(True, False)}


def _array_split(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.numbers((draw.size(3, 7), 2)), "indices_or_sections": draw.size(1, 3), "axis": 0}


def _unstack(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    return {"x": draw.numbers(shape), "axis": draw.axis(len(shape))}


def _tile(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.numbers(draw.shape(2, 2)), "repeats": draw.pick((2,), (1, 2), (2, 3), (2, 1, 2))}


def _repeat(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    axis = draw.pick(None, draw.axis(len(shape)))
    counts: Any = draw.size(1, 3)
    if axis is not None and draw.pick(True, False):
        counts = [draw.size(0, 2) for _ in range(shape[axis])]
    return {"x": draw.numbers(shape), "repeats": counts, "axis": axis}


def _pad(draw: Inputs) -> dict[str, Any]:
    mode = draw.pick("constant", "reflect", "symmetric")
    width = draw.pick(1, (1, 2), ((0, 1), (2, 0)))
    value = draw.pick(None, 1.5) if mode == "constant" else None
    return {"x": draw.floats((draw.size(3, 4), 3)), "pad_width": width, "mode": mode, "constant_values": value}


def _roll(draw: Inputs) -> dict[str, Any]:
    shift, axis = draw.pick((1, None), (-2, 0), (5, -1), ((1, 2), (0, 1)), (0, 0))
    return {"x": draw.numbers(draw.shape(2, 2)), "shift": shift, "axis": axis}


def _getitem(draw: Inputs) -> dict[str, Any]:
    keys = [
        0, -1, slice(1, None), slice(None, None, -1), slice(None, None, 2), (slice(None), 1), (Ellipsis, 0),
        (None, Ellipsis), (0, slice(1, 3)), (slice(None), slice(-2, None), None), (slice(3, 0, -1), -1),
        (slice(None), draw.ints((2,), 0, 2)), draw.ints((2, 2), -3, 2),
    ]  # fmt: skip
    return {"x": draw.numbers((3, 4, 2)), "key": keys[draw.size(0, len(keys) - 1)]}


def _flip(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    return {"x": draw.numbers(shape), "axis": draw.axes(len(shape))}


def _rot90(draw: Inputs) -> dict[str, Any]:
    return {"array": draw.numbers(draw.shape(2, 3)), "k": draw.size(0, 4), "axes": draw.pick((0, 1), (1, 0))}


def _diagonal(draw: Inputs) -> dict[str, Any]:
    axis1, axis2 = draw.pick((0, 1), (1, 2), (2, 0), (-2, -1))
    shape = tuple(draw.size(2, 4) for _ in range(3))
    return {"x": draw.numbers(shape), "offset": draw.pick(0, 1, -1), "axis1": axis1, "axis2": axis2}


def _full(draw: Inputs) -> dict[str, Any]:
    return {"shape": draw.shape(), "fill_value": draw.pick(0, 1.5, -2), "dtype": draw.pick(None, "int32", "float64")}


def _shaped(draw: Inputs) -> dict[str, Any]:
    return {"shape": draw.shape(), "dtype": draw.pick(None, "int32", "bool")}


def _like(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.numbers(draw.shape()), "dtype": draw.pick(None, "int32", "bool")}


def _full_like(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.numbers(draw.shape()), "fill_value": draw.pick(0, 2), "dtype": draw.pick(None, "float32")}


def _sequence(draw: Inputs) -> dict[str, Any]:
    return {"start": draw.size(-3, 3), "stop": draw.size(-5, 9), "step": draw.pick(1, 2, -1), "dtype": "int32"}


def _arange(draw: Inputs) -> dict[str, Any]:
    start, stop, step = draw.pick((4, None, None), (1, 5, None), (0, 7, 3), (0.0, 2.0, 0.5), (5, 0, -2))
    return {"start": start, "stop": stop, "step": step, "dtype": draw.pick(None, "float32")}


def _linspace(draw: Inputs) -> dict[str, Any]:
    start, stop = draw.pick((0.0, 1.0), (-2, 3), (draw.floats((2,)), draw.floats((2,))))
    return {"start": start, "stop": stop, "num": draw.size(1, 6), "endpoint": draw.pick(True, False)}


def _eye(draw: Inputs) -> dict[str, Any]:
    return {
        "N": draw.size(),
        "M": draw.pick(None, draw.size()),
        "k": draw.size(-1, 1),
        "dtype": draw.pick(None, "int32"),
    }


def _identity(draw: Inputs) -> dict[str, Any]:
    return {"n": draw.size()}


def _triangle(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.numbers(draw.shape(2, 3)), "k": draw.size(-1, 1)}


def _diag(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.numbers(draw.shape(1, 2)), "k": draw.size(-1, 0)}


def _view(draw: Inputs) -> dict[str, Any]:
    x = draw.floats((*draw.shape(0, 2), 4 * draw.size(1, 2)))  # float16 as int64, too
    return {"x": x, "dtype": draw.pick(None, "int32", "uint8", "float16", "int64")}


CASES: dict[str, Case] = {
    "view": _view,
    "axis_size": _axis_size,
    "reshape": _reshape,
    "transpose": _transpose,
    "expand_dims": _expand_dims,
    "squeeze": _squeeze,
    "broadcast_to": _broadcast_to,
    "moveaxis": _moveaxis,
    "swapaxes": _swapaxes,
    "ravel": _any,
    "concatenate": _concatenate,
    "stack": _stack,
    "vstack": _stacked_rows,
    "hstack": _stacked_rows,
    "append": _append,
    "split": _split,
    "array_split": _array_split,
    "unstack": _unstack,
    "tile": _tile,
    "repeat": _repeat,
    "pad": _pad,
    "roll": _roll,
    "getitem": _getitem,
    "get_item": _getitem,
    "flip": _flip,
    "fliplr": _matrix,
    "flipud": _matrix,
    "rot90": _rot90,
    "diagonal": _diagonal,
    "full": _full,
    **{name: _shaped for name in ("zeros", "ones", "empty")},
    **{name: _like for name in ("zeros_like", "ones_like", "empty_like")},
    "full_like": _full_like,
    "sequence": _sequence,
    "arange": _arange,
    "linspace": _linspace,
    "logspace": _linspace,
    "eye": _eye,
    "tri": _eye,
    "identity": _identity,
    "tril": _triangle,
    "triu": _triangle,
    "diag": _diag,
    "diagflat": _diag,
    "dstack": _stacked_rows,
    **dict.fromkeys(["vsplit", "hsplit", "dsplit"], _thirds),
    "copy": _any,
    "geomspace": _geomspace,
    "vander": _vander,
}
