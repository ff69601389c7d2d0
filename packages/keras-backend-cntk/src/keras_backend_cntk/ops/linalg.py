"""Products."""

from __future__ import annotations

import math
import string
from typing import TYPE_CHECKING

import numpy as np

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
    taken, arrow, given = subscripts.replace(" ", "").partition("->")
    if not arrow:
        names = set(taken) - {",", "."}
        given = "..." * ("..." in taken) + "".join(sorted(letter for letter in names if taken.count(letter) == 1))
    letters, values = taken.split(","), list(operands)
    if "..." in subscripts:
        letters, given = _without_dots(letters, given, [x.ndim for x in operands])
    if any(len(set(one)) != len(one) for one in letters):
        raise Unsupported("a diagonal in a contraction")
    while len(values) > 2:
        rest = set(given).union(*letters[2:])
        middle = "".join(dict.fromkeys(a for a in letters[0] + letters[1] if a in rest))
        values[:2] = [_pair(letters[0], letters[1], middle, values[0], values[1])]
        letters[:2] = [middle]
    if len(values) == 1:
        return _single(letters[0], given, values[0])
    return _pair(letters[0], letters[1], given, values[0], values[1])


def _without_dots(letters: list[str], given: str, ndims: list[int]) -> tuple[list[str], str]:
    """Letters for the axes that "..." stands for, the same from the last one on."""
    free = [letter for letter in string.ascii_letters if letter not in "".join(letters)]
    counts = [ndim - len(one.replace("...", "")) for one, ndim in zip(letters, ndims, strict=True)]
    most = "".join(free[: max(count for count, one in zip(counts, letters, strict=True) if "..." in one)])
    full = [one.replace("...", most[len(most) - count :]) for one, count in zip(letters, counts, strict=True)]
    return full, given.replace("...", most)


def _single(letters: str, given: str, x: Expr) -> Expr:
    gone = [a for a, letter in enumerate(letters) if letter not in given]
    if gone:
        x = reduce_sum(x, gone)
    left = [letter for letter in letters if letter in given]
    return transposed(x, [left.index(letter) for letter in given])


def _pair(one: str, two: str, given: str, x: Expr, y: Expr) -> Expr:
    alone_x, alone_y = (
        "".join(a for a in mine if a in given or a in other) for mine, other in ((one, two), (two, one))
    )
    x, y = _single(one, alone_x, x), _single(two, alone_y, y)
    one, two = alone_x, alone_y
    sizes: dict[str, int] = {}
    for letters, value in ((one, x), (two, y)):
        for letter, size in zip(letters, value.shape, strict=True):
            sizes[letter] = max(sizes.get(letter, 1), size)
    x, y = broadcast(x, [sizes[a] for a in one]), broadcast(y, [sizes[a] for a in two])
    batch = [a for a in one if a in two and a in given]
    inner = [a for a in one if a in two and a not in given]
    left, right = [a for a in one if a not in two], [a for a in two if a not in one]
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
