"""Products."""

from __future__ import annotations

import math
import string
from functools import partial
from typing import TYPE_CHECKING

from keras_core.backend.toolkit import ProductAxes, contract_in_pairs

from keras_export.to_onnx.broadcasting import common_shape, elementwise
from keras_export.to_onnx.reducing import reduced
from keras_export.to_onnx.values import Unsupported, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_export.to_onnx.builder import Builder


def matmul(g: Builder, x1: Value, x2: Value) -> Value:
    if x1.dtype in ("bool", "int8", "uint8", "int16", "uint16"):
        raise Unsupported(f"products of matrices of dtype {x1.dtype}")
    outer = common_shape([x1.shape[:-2], x2.shape[:-2]])
    shape = (*outer, *(x1.shape[-2:-1] if x1.ndim > 1 else ()), *(x2.shape[-1:] if x2.ndim > 1 else ()))
    return g.node("MatMul", x1, x2, shape=shape)


def det(g: Builder, x: Value) -> Value:
    return g.node("Det", x, shape=x.shape[:-2])


def contract(g: Builder, subscripts: str, operands: Sequence[Value]) -> Value:
    return contract_in_pairs(subscripts, operands, partial(_single, g), partial(_pair, g))


def _single(g: Builder, letters: str, given: str, x: Value) -> Value:
    if len(set(letters)) != len(letters):
        raise Unsupported("a diagonal in a contraction")
    gone = [a for a, letter in enumerate(letters) if letter not in given]
    if gone:
        x = reduced(g, "ReduceSum", x, gone)
    left = [letter for letter in letters if letter in given]
    return g.transpose(x, [left.index(letter) for letter in given])


class _Sizes:
    """The length of the axis that a letter stands for, an int or a vector of one element."""

    def __init__(self, g: Builder, pairs: Sequence[tuple[str, Value]]) -> None:
        self.g, self.pairs = g, pairs

    def __getitem__(self, letter: str) -> int | Value:
        axes = [(x, letters.index(letter)) for letters, x in self.pairs if letter in letters]
        known = [x.shape[a] for x, a in axes if x.shape[a] not in (None, 1)]
        if known:
            return int(known[0])  # type: ignore[arg-type]
        unknown = [(x, a) for x, a in axes if x.shape[a] is None]
        return self.g.size(*unknown[0]) if unknown else 1

    def together(self, letters: Sequence[str]) -> int | Value:
        """The product of some, -1 where that is not known."""
        found = [self[letter] for letter in letters]
        return -1 if any(isinstance(one, Value) for one in found) else math.prod(found)  # type: ignore[arg-type]


def _pair(g: Builder, axes: ProductAxes, x: Value, y: Value) -> Value:
    one, two, given = axes.first, axes.second, axes.result
    batch, inner, left, right = axes.batch, axes.inner, axes.left, axes.right
    sizes = _Sizes(g, [(one, x), (two, y)])
    order = [*batch, *left, *right]
    if any(a.shape[i] == 1 != sizes[letter] for a, ls in ((x, one), (y, two)) for i, letter in enumerate(ls)):
        return _by_einsum(g, one, two, given, x, y, sizes)
    if not inner:
        xs = _ordered(g, x, one, [*batch, *left])
        xs = g.unsqueeze(xs, range(len(batch + left), len(order))) if right else xs
        ys = _ordered(g, y, two, [*batch, *right])
        ys = g.unsqueeze(ys, range(len(batch), len(batch) + len(left))) if left else ys
        return _ordered(g, elementwise(g, "Mul", xs, ys), order, given)
    if any(len(group) > 1 and sizes.together(group) == -1 for group in (left if batch else [], inner, right)):
        return _by_einsum(g, one, two, given, x, y, sizes)
    a = _ordered(g, x, one, [*batch, *left, *inner])
    b = _ordered(g, y, two, [*batch, *inner, *right])
    flat_left = bool(batch) and len(left) != 1  # without a batch, all axes on the left are one of MatMul's
    a = _merged(g, a, len(batch), [(left, flat_left), (inner, len(inner) != 1)], sizes)
    b = _merged(g, b, len(batch), [(inner, len(inner) != 1), (right, len(right) != 1)], sizes)
    out = matmul(g, a, b)
    if flat_left or len(right) != 1:
        shape = tuple(n if isinstance(n, int) else None for n in (sizes[letter] for letter in order))
        same = len(batch) if flat_left else len(batch) + len(left)
        whole = [0] * same + [sizes[letter] for letter in order[same:]]
        out = _with_zeros(g, out, whole, shape)
    return _ordered(g, out, order, given)


def _with_zeros(g: Builder, x: Value, sizes: list[int | Value], shape: tuple[int | None, ...]) -> Value:
    """A tensor reshaped, where sizes of 0 stand for those that it has."""
    if None not in shape:
        return g.reshape(x, list(shape), shape)  # type: ignore[arg-type]
    unknown = [k for k, one in enumerate(sizes) if isinstance(one, Value)]
    given = [-1 if [k] == unknown else one for k, one in enumerate(sizes)]
    return g.node("Reshape", x, g.vector(given), shape=shape)


def _merged(g: Builder, x: Value, before: int, groups: list[tuple[list[str], bool]], sizes: _Sizes) -> Value:
    """A tensor with the axes of some groups made one."""
    if not any(merge for _, merge in groups):
        return x
    wanted: list[int | Value] = [0] * before
    shape = list(x.shape[:before])
    moved, at = False, before
    for letters, merge in groups:
        if merge:
            size = sizes.together(letters)
            wanted.append(size)
            shape.append(size if isinstance(size, int) and size >= 0 else None)
            moved = True
        else:
            wanted += [sizes[name] if moved else 0 for name in letters]
            shape += list(x.shape[at : at + len(letters)])
        at += len(letters)
    return _with_zeros(g, x, wanted, tuple(shape)) if x.array is None else g.reshape(x, list(shape))  # type: ignore[arg-type]


def _by_einsum(g: Builder, one: str, two: str, given: str, x: Value, y: Value, sizes: _Sizes) -> Value:
    shape = tuple(n if isinstance(n, int) else None for n in (sizes[letter] for letter in given))
    names = dict(zip(dict.fromkeys(one + two), string.ascii_lowercase, strict=False))
    equation = ",".join("".join(names[a] for a in part) for part in (one, two))
    return g.node("Einsum", x, y, shape=shape, equation=f"{equation}->{''.join(names[a] for a in given)}")


def _ordered(g: Builder, x: Value, letters: Sequence[str], wanted: Sequence[str]) -> Value:
    return g.transpose(x, [list(letters).index(letter) for letter in wanted])
