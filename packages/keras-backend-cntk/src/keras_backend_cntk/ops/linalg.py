"""Products."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from keras_core.backend.toolkit import ProductAxes, contract_in_pairs

from keras_backend_cntk.expressions import Expr, Unsupported, broadcast, call, reshaped, transposed
from keras_backend_cntk.ops.elementwise import multiply
from keras_backend_cntk.ops.reduction import sum as reduce_sum

if TYPE_CHECKING:
    from collections.abc import Sequence


def matmul(x1: Expr, x2: Expr) -> Expr:
    one, two = x1.ndim == 1, x2.ndim == 1
    a = reshaped(x1, (1, *x1.shape)) if one else x1
    b = reshaped(x2, (*x2.shape, 1)) if two else x2
    if b.ndim == 2:
        rows = a.size // a.shape[-1]
        flat = reshaped(a, (rows, a.shape[-1]))
        out = reshaped(call("times", flat, b, shape=(rows, b.shape[1])), (*a.shape[:-1], b.shape[1]))
    else:
        outer = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        a, b = broadcast(a, (*outer, *a.shape[-2:])), broadcast(b, (*outer, *b.shape[-2:]))
        out = reshaped(
            _batched(reshaped(a, (math.prod(outer), *a.shape[-2:])), reshaped(b, (math.prod(outer), *b.shape[-2:]))),
            (*outer, a.shape[-2], b.shape[-1]),
        )
    shape = list(out.shape)
    if two:
        shape.pop()
    if one:
        shape.pop(-1 if two else -2)
    return reshaped(out, shape)


def _batched(a: Expr, b: Expr) -> Expr:
    """Products of matrices (n, i, k) and (n, k, j)."""
    if a.shape[0] == 1:
        flat = call("times", reshaped(a, a.shape[1:]), reshaped(b, b.shape[1:]), shape=(a.shape[1], b.shape[2]))
        return reshaped(flat, (1, *flat.shape))
    return call("batch_times", a, b, shape=(a.shape[0], a.shape[1], b.shape[2]))


def contract(subscripts: str, operands: Sequence[Expr]) -> Expr:
    return contract_in_pairs(subscripts, operands, _single, _pair)


def _single(letters: str, given: str, x: Expr) -> Expr:
    if len(set(letters)) != len(letters):
        raise Unsupported("a diagonal in a contraction")
    gone = [a for a, letter in enumerate(letters) if letter not in given]
    if gone:
        x = reduce_sum(x, gone)
    left = [letter for letter in letters if letter in given]
    return transposed(x, [left.index(letter) for letter in given])


def _pair(axes: ProductAxes, x: Expr, y: Expr) -> Expr:
    one, two, given = axes.first, axes.second, axes.result
    batch, inner, left, right = axes.batch, axes.inner, axes.left, axes.right
    sizes: dict[str, int] = {}
    for letters, value in ((one, x), (two, y)):
        for letter, size in zip(letters, value.shape, strict=True):
            sizes[letter] = max(sizes.get(letter, 1), size)
    x, y = broadcast(x, [sizes[a] for a in one]), broadcast(y, [sizes[a] for a in two])
    if not inner:
        order = [*batch, *left, *right]
        xs = reshaped(_ordered(x, one, [*batch, *left]), [sizes[a] for a in [*batch, *left]] + [1] * len(right))
        ys = _ordered(y, two, [*batch, *right])
        ys = reshaped(ys, [sizes[a] for a in batch] + [1] * len(left) + [sizes[a] for a in right])
        return _ordered(multiply(xs, ys), order, list(given))

    def count(names: list[str]) -> int:
        return math.prod(sizes[a] for a in names)

    a = reshaped(_ordered(x, one, [*batch, *left, *inner]), (count(batch), count(left), count(inner)))
    b = reshaped(_ordered(y, two, [*batch, *inner, *right]), (count(batch), count(inner), count(right)))
    order = [*batch, *left, *right]
    return _ordered(reshaped(_batched(a, b), [sizes[n] for n in order]), order, list(given))


def _ordered(x: Expr, letters: Sequence[str], wanted: Sequence[str]) -> Expr:
    return transposed(x, [list(letters).index(letter) for letter in wanted])
