"""Axes of Einstein sums by their letters."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

from keras_core import ops

if TYPE_CHECKING:
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
