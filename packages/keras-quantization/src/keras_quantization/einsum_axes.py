"""Axes of Einstein sums by their letters."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

from keras_core import ops

if TYPE_CHECKING:
    from keras_core import Operand
    from keras_core.typing import Tensor


def letters_of(subscripts: str, rank: int) -> tuple[str, str, str]:
    """The letters of two operands and of the result, with letters of their own for "...".

    Args:
        subscripts: such as "...a,ab->...b"; only the first operand and the result have "...".
        rank: number of axes of the first operand.
    """
    start, weight, end = subscripts.replace(" ", "").replace("->", ",").split(",")
    unused = (letter for letter in string.ascii_letters if letter not in subscripts)
    elided = "".join(next(unused) for _ in range(rank - len(start.replace("...", ""))))
    return start.replace("...", elided), weight, end.replace("...", elided)


def product_with(weight: Operand, op: str, arguments: list[Any]) -> tuple[Tensor, tuple[str, str, str]] | None:
    """The other factor where an op multiplies by a weight from the right, and the letters of both and of the result.

    Axes of it that are in neither the weight nor the result are summed over here.

    Args:
        weight: the weight.
        op: the op's name.
        arguments: all its arguments by position.

    Returns:
        The factor and the letters; None for another op.
    """
    if op == "matmul" and arguments[1] is weight and len(weight.shape) == 2:
        inputs, subscripts = arguments[0], "...a,ab->...b"
    elif op == "contract" and len(arguments[1]) == 2 and arguments[1][1] is weight:
        inputs, subscripts = arguments[1][0], arguments[0]
    else:
        return None
    start, letters, end = letters_of(subscripts, len(ops.shape(inputs)))
    alone = tuple(axis for axis, letter in enumerate(start) if letter not in letters + end)
    if alone:
        inputs = ops.sum(inputs, axis=alone)
        start = "".join(letter for letter in start if letter in letters + end)
    return inputs, (start, letters, end)


def multiplied(letters: tuple[str, str, str], inputs: Tensor, weight: Tensor) -> Tensor:
    """The Einstein sum of two tensors, by `matmul` where it is one of a matrix.

    Args:
        letters: of both and of the result.
        inputs: the first tensor.
        weight: the second one.
    """
    start, second, end = letters
    if len(second) == 2 and second[0] == start[-1] and end == start[:-1] + second[1]:
        return ops.matmul(inputs, weight)
    return ops.einsum(f"{start},{second}->{end}", inputs, weight)


def spread(tensor: Tensor, have: str, want: str) -> Tensor:
    """A tensor with its axes in another order, and axes of size 1 for letters that it lacks.

    Args:
        tensor: the tensor.
        have: the letters of its axes.
        want: the letters of the result's axes, among them all of `have`.

    Example:
        >>> import numpy as np
        >>> tuple(spread(np.zeros((2, 3)), "ab", "bca").shape)
        (3, 1, 2)
    """
    order = [have.index(letter) for letter in want if letter in have]
    moved = tensor if order == sorted(order) else ops.transpose(tensor, order)
    missing = tuple(axis for axis, letter in enumerate(want) if letter not in have)
    result: Any = ops.expand_dims(moved, missing) if missing else moved
    return result
