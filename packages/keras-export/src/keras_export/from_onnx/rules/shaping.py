"""Operators that change shapes, and compute with them."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import ops
from keras_core.config import take_memory, take_steps

from keras_export.from_onnx.sizes import Size, as_sizes, divided, is_sizes, same

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_export.from_onnx.node import Node

    Rule = Callable[[Node], Any]
FAR = 2**31  # an end behind every axis


def _is_constant(n: Node, number: int = 0) -> bool:
    """Whether an input is an array or sizes, which NumPy can shape."""
    return isinstance(n.value(number), np.ndarray)


def _kept(array: np.ndarray) -> np.ndarray:
    return as_sizes(array) if array.dtype == object else array


def _shape(n: Node) -> Any:
    lengths = n.lengths() if not is_sizes(n.value(0)) else list(n.value(0).shape)
    return as_sizes(lengths[n.get("start", 0) : n.get("end", len(lengths))])


def _size(n: Node) -> Any:
    return as_sizes(math.prod(n.lengths()) if not is_sizes(n.value(0)) else n.value(0).size)


def _reshape(n: Node) -> Any:
    target = n.ints(1, "shape")
    assert target is not None
    if is_sizes(n.value(0)):
        return _kept(n.value(0).reshape([int(one) for one in target]))
    return reshaped(n, n.x(), n.lengths(), target, bool(n.get("allowzero", 0)))


def reshaped(n: Node, x: Any, own: list[Any], target: list[Any], allow_zero: bool = False) -> Any:
    """A tensor of another shape, some of whose sizes may be computed."""
    if not allow_zero:
        target = [own[k] if not isinstance(one, Size) and one == 0 else one for k, one in enumerate(target)]
    if isinstance(x, np.ndarray):
        return x.reshape([int(one) for one in target])
    open_places = [k for k, one in enumerate(target) if not isinstance(one, Size) and one == -1]
    if len(open_places) > 1:
        raise ValueError(f"its shape {target} leaves two sizes open")
    if open_places:
        whole, rest = math.prod(own), math.prod(one for k, one in enumerate(target) if k not in open_places)
        found = divided(whole, rest)
        target = [found if k in open_places and found is not None else one for k, one in enumerate(target)]
    if len(target) == len(own) and all(map(same, target, own)):
        return x
    unknown = [k for k, one in enumerate(target) if isinstance(one, Size) or one == -1]
    if len(unknown) < 2:
        plain = tuple(-1 if k in unknown else int(one) for k, one in enumerate(target))
        return n.scope.note(n.call(ops.reshape, x, plain), target)
    if any(not isinstance(one, Size) and one == -1 for one in target):
        rest = math.prod(one for one in target if isinstance(one, Size) or one != -1)
        target = [math.prod(own) // rest if not isinstance(one, Size) and one == -1 else one for one in target]
    return n.scope.sized("reshape", x, target, target, n.title)


def _flatten(n: Node) -> Any:
    own = n.lengths()
    axis = n.get("axis", 1)
    axis = axis + len(own) if axis < 0 else axis
    return reshaped(n, n.x(), own, [math.prod(own[:axis]), math.prod(own[axis:])], True)


def _transpose(n: Node) -> Any:
    x = n.x()
    order = n.get("perm", list(range(len(x.shape)))[::-1])
    if sorted(order) != list(range(len(x.shape))):
        raise ValueError(f"perm={order} is no order of the axes of {tuple(x.shape)}")
    own = n.lengths()
    return n.scope.note(n.call(ops.transpose, x, order), [own[k] for k in order])


def _squeeze(n: Node) -> Any:
    axes = n.known_ints(1, "axes")
    if _is_constant(n):
        return _kept(np.squeeze(n.value(0), None if axes is None else tuple(axes)))
    own = n.lengths()
    rank = len(own)
    places = [k for k, one in enumerate(own) if one == 1] if axes is None else [axis % rank for axis in axes]
    left = [one for k, one in enumerate(own) if k not in places]
    if any(isinstance(own[k], Size) for k in places):
        return reshaped(n, n.x(), own, left, True)
    return n.scope.note(n.call(ops.squeeze, n.x(), tuple(places)), left) if places else n.x()


def _unsqueeze(n: Node) -> Any:
    axes = n.known_ints(1, "axes")
    assert axes is not None
    if _is_constant(n):
        return _kept(np.expand_dims(n.value(0), tuple(axes)))
    own = n.lengths()
    rank = len(own) + len(axes)
    if rank > 32:
        raise ValueError(f"a tensor has {rank} axes")
    places = sorted(axis % rank for axis in axes)
    rest = iter(own)
    x = n.x()
    for place in places:
        x = n.call(ops.expand_dims, x, place)
    return n.scope.note(x, [1 if k in places else next(rest) for k in range(rank)])


def _concat(n: Node) -> Any:
    values = [n.value(k) for k in range(len(n))]
    axis = n.get("axis", 1)
    if all(isinstance(one, np.ndarray) for one in values):
        take_memory(sum(one.nbytes for one in values), "A constant of Concat")
        return _kept(np.concatenate(values, axis))
    own = [n.scope.lengths(one) for one in values if not is_sizes(one)]
    found = n.call(ops.concatenate, n.xs(), axis)
    place = axis % len(found.shape)
    known = [next((one[k] for one in own if isinstance(one[k], Size)), one0) for k, one0 in enumerate(own[0])]
    known[place] = sum(one[place] for one in own) if len(own) == len(values) else None
    return n.scope.note(found, known)


def _split(n: Node) -> Any:
    x, axis = n.x(), n.get("axis", 0)
    axis %= len(x.shape)
    parts = n.known_ints(1, "split")
    if parts is None:
        count, length = n.get("num_outputs", len(n.outputs)), n.lengths()[axis]
        if isinstance(length, Size):
            raise ValueError("it splits an axis of unknown length")
        if count != len(n.outputs):
            raise ValueError(f"num_outputs={count}, and it has {len(n.outputs)} outputs")
        one = -(-length // count)
        parts = [min(one, max(length - k * one, 0)) for k in range(count)]
    ends = list(itertools.accumulate(parts))[:-1]
    found = n.call(ops.split, x, ends, axis) if ends else [x]
    own = n.lengths()
    return [n.scope.note(one, [*own[:axis], part, *own[axis + 1 :]]) for one, part in zip(found, parts, strict=True)]


def _slice(n: Node) -> Any:
    own = n.lengths() if not is_sizes(n.value(0)) else list(n.value(0).shape)
    begins, ends = n.ints(1, "starts"), n.ints(2, "ends")
    assert begins is not None and ends is not None
    axes = n.known_ints(3, "axes") or list(range(len(begins)))
    steps = n.known_ints(4, "steps") or [1] * len(begins)
    key: list[Any] = [slice(None)] * len(own)
    computed: list[tuple[int, Any, Any]] = []
    for begin, end, axis, step in zip(begins, ends, axes, steps, strict=True):
        axis %= len(own)
        if isinstance(begin, Size) or (isinstance(end, Size) and not same(end, own[axis])):
            if step != 1:
                raise ValueError("it takes steps between computed places")
            computed.append((axis, begin, end))
        else:
            key[axis] = _plain_slice(begin, own[axis] if isinstance(end, Size) else end, step, own[axis])
    if _is_constant(n) and not computed:
        return _kept(n.value(0)[tuple(key)])
    x = n.x()
    if any(one != slice(None) for one in key):
        x = n.scope.note(x[tuple(key)], [_sliced(one, k) for one, k in zip(own, key, strict=True)])
    if computed:
        sizes = [one[1] for one in computed] + [min(e, FAR) if not isinstance(e, Size) else e for *_, e in computed]
        lengths = [None if any(k == one[0] for one in computed) else one for k, one in enumerate(n.scope.lengths(x))]
        x = n.scope.sized("slice", x, sizes, lengths, n.title, [one[0] for one in computed])
    return x


def _plain_slice(begin: int, end: Any, step: int, length: Any) -> slice:
    if step == 0:
        raise ValueError("its step is 0")
    whole_end = end is length or isinstance(end, Size)
    if step > 0:
        first = None if begin == 0 or begin <= -FAR else begin
        return slice(first, None if whole_end or end >= FAR else end, None if step == 1 else step)
    return slice(None if begin >= FAR else begin, None if end <= -FAR else end, step)


def _sliced(length: Any, key: slice) -> Any:
    if key == slice(None):
        return length
    return None if isinstance(length, Size) else len(range(*key.indices(length)))


def _expand(n: Node) -> Any:
    target = n.ints(1, "shape")
    assert target is not None
    own = list(n.value(0).shape) if is_sizes(n.value(0)) else n.lengths()
    rank = max(len(own), len(target))
    sides = [[1] * (rank - len(one)) + list(one) for one in (own, target)]
    for a, b in zip(*sides, strict=True):
        if not isinstance(a, Size) and not isinstance(b, Size) and 1 not in (a, b) and a != b:
            raise ValueError(f"a tensor of shape {tuple(n.value(0).shape)} is not broadcast to {target}")
    wanted = [b if not isinstance(a, Size) and a == 1 else a for a, b in zip(*sides, strict=True)]
    if _is_constant(n) and not any(isinstance(one, Size) for one in wanted):
        array = n.value(0)
        _take(wanted, array)
        return np.broadcast_to(array, [int(one) for one in wanted]).copy()
    if len(own) == rank and all(map(same, wanted, own)):
        return n.value(0)
    x = n.scope.tensor(n.names[0], whole=True)
    if not any(isinstance(one, Size) for one in wanted):
        return n.scope.note(n.call(ops.broadcast_to, x, tuple(wanted)), wanted)
    return n.scope.sized("broadcast_to", x, wanted, wanted, n.title)


def _take(shape: list[Any], like: np.ndarray) -> None:
    """Count a constant before it is made."""
    if min(shape, default=0) < 0:
        raise ValueError(f"a shape is {shape}")
    take_memory(math.prod(shape) * like.dtype.itemsize, f"A constant of shape {tuple(shape)}")


def _filled(n: Node) -> Any:
    target = n.ints(0, "shape")
    value = np.asarray(n.get("value", np.zeros(1, "float32"))).reshape(())
    if target is None:
        raise ValueError("it has no shape")
    if any(isinstance(one, Size) for one in target):
        x = n.scope.constant(value, f"{n.title}_value", whole=True)
        return n.scope.sized("broadcast_to", x, target, target, n.title)
    _take(target, value)
    return np.full([int(one) for one in target], value)


def _range(n: Node) -> Any:
    values = [n.value(k) for k in range(3)]
    if not any(is_sizes(one) for one in values):
        begin, end, step = (n.array(k).item() for k in range(3))
        count = max(math.ceil((end - begin) / step), 0)
        take_memory(count * values[0].dtype.itemsize, f"A constant of {count:,} elements")
        return begin + np.arange(count).astype(values[0].dtype) * values[0].dtype.type(step)
    ends = [n.ints(k, "limits") for k in range(3)]
    if ends[2] != [1]:
        raise ValueError("it takes steps to a computed end")
    sizes = [one[0] for one in ends[:2] if one is not None]
    return n.scope.sized("arange", n.scope.tensor(n.names[1]), sizes, [sizes[1] - sizes[0]], n.title)


def _tile(n: Node) -> Any:
    counts = n.known_ints(1, "repeats")
    assert counts is not None
    own = n.lengths()
    found = n.call(ops.tile, n.x(), tuple(counts))
    return n.scope.note(found, [one * count for one, count in zip(own, counts, strict=True)])


def _pad(n: Node) -> Any:
    pads = n.known_ints(1, "pads")
    assert pads is not None
    x, mode = n.x(), n.get("mode", "constant")
    axes = n.known_ints(3, "axes") or list(range(len(pads) // 2))
    pairs = [(0, 0)] * len(x.shape)
    for place, axis in enumerate(axes):
        pairs[axis] = (pads[place], pads[place + len(axes)])
    value = n.get("value", 0.0) if n.opset < 11 else n.array(2, 0.0).item()
    return padded(n, x, pairs, value, mode)


def padded(n: Node, x: Any, pairs: list[tuple[int, int]], value: float = 0.0, mode: str = "constant") -> Any:
    """A tensor with more elements at its ends, or less."""
    cuts = tuple(slice(max(-a, 0) or None, -max(-b, 0) or None) for a, b in pairs)
    if any(one != slice(None) for one in cuts):
        x = n.call(ops.getitem, x, cuts) if isinstance(x, np.ndarray) else x[cuts]
    more = [(max(a, 0), max(b, 0)) for a, b in pairs]
    if not any(map(any, more)):
        return x
    if mode == "edge":
        for axis, (before, after) in enumerate(more):
            take_steps(before + after, "A padding with the edge")
            first, last = ([slice(None)] * len(more) for _ in range(2))
            first[axis], last[axis] = slice(0, 1), slice(-1, None)
            parts = [x[tuple(first)]] * before + [x] + [x[tuple(last)]] * after
            x = n.call(ops.concatenate, parts, axis) if len(parts) > 1 else x
        return x
    if mode not in ("constant", "reflect"):
        raise ValueError(f"mode={mode!r} is not read")
    given = {"constant_values": value} if mode == "constant" else {}
    return n.call(ops.pad, x, tuple(more), mode, **given)


def _constant(n: Node) -> Any:
    for name, dtype in (("value_float", "float32"), ("value_floats", "float32"), ("value_int", "int64"),
                        ("value_ints", "int64")):  # fmt: skip
        if (given := n.get(name)) is not None:
            return np.asarray(given, dtype)
    if (given := n.get("value")) is None:
        raise ValueError("it has no value that is read")
    return given


def _channels_to_space(n: Node) -> Any:
    size, mode = n.get("blocksize"), n.get("mode", "DCR")
    batch, channels, height, width = n.lengths()
    inner = channels // size**2
    column = mode == "DCR"
    parts = [batch, size, size, inner, height, width] if column else [batch, inner, size, size, height, width]
    x = reshaped(n, n.x(), n.lengths(), parts, True)
    x = n.call(ops.transpose, x, [0, 3, 4, 1, 5, 2] if column else [0, 1, 4, 2, 5, 3])
    n.scope.note(x, [batch, inner, height, size, width, size])
    return reshaped(n, x, n.scope.lengths(x), [batch, inner, height * size, width * size], True)


def _space_to_channels(n: Node) -> Any:
    size = n.get("blocksize")
    batch, channels, height, width = n.lengths()
    x = reshaped(n, n.x(), n.lengths(), [batch, channels, height // size, size, width // size, size], True)
    x = n.call(ops.transpose, x, [0, 3, 5, 1, 2, 4])
    n.scope.note(x, [batch, size, size, channels, height // size, width // size])
    target = [batch, channels * size**2, height // size, width // size]
    return reshaped(n, x, n.scope.lengths(x), target, True)


def _triangle(n: Node) -> Any:
    shift = int(n.array(1, 0))
    return n.follow(n.call(ops.triu if n.get("upper", 1) else ops.tril, n.x(), shift))


RULES: dict[str, Rule] = {
    "Shape": _shape,
    "Size": _size,
    "Reshape": _reshape,
    "Flatten": _flatten,
    "Transpose": _transpose,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Concat": _concat,
    "Split": _split,
    "Slice": _slice,
    "Expand": _expand,
    "ConstantOfShape": _filled,
    "Range": _range,
    "Tile": _tile,
    "Pad": _pad,
    "Constant": _constant,
    "DepthToSpace": _channels_to_space,
    "SpaceToDepth": _space_to_channels,
    "Trilu": _triangle,
}
