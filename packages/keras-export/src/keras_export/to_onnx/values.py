"""Tensors of an ONNX graph that is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from keras_core import dtypes

if TYPE_CHECKING:
    from keras_core.typing import Shape


class Unsupported(Exception):
    """What the operators of ONNX cannot say; its text says what."""


class Value:
    """A tensor: an output of an operator, an input, or a constant.

    Args:
        shape: sizes, None where unknown.
        dtype: name of the dtype.
        name: what it is called in the graph; None until it is needed there.
        array: what it holds, of a constant.
        first: the same tensor with its last axis moved behind the first one, where that is how it was computed.
        size: an int64 vector of one element, of a scalar that is the length of an axis.

    Attributes:
        as the arguments.
    """

    def __init__(
        self,
        shape: Shape,
        dtype: str,
        name: str | None = None,
        array: np.ndarray | None = None,
        first: Value | None = None,
        size: Value | None = None,
    ) -> None:
        self.shape = tuple(shape)
        self.dtype = dtype
        self.name = name
        self.array = array
        self.first = first
        self.size = size

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def in_first(self) -> Value | None:
        """The tensor with channels first, where it is not there with channels last."""
        return self.first if self.name is None else None

    def known(self, what: str) -> np.ndarray:
        """Its elements, which must be known.

        Args:
            what: what they are, for the message.

        Raises:
            Unsupported: where they are not.
        """
        if self.array is None:
            raise Unsupported(f"{what} that is computed")
        return self.array


def constant(value: object, dtype: str | None = None) -> Value:
    """A constant.

    Args:
        value: a number or array.
        dtype: its dtype; None for that of the array.
    """
    array = np.asarray(value, None if dtype is None else dtypes.numpy_dtype(dtype))
    return Value(array.shape, dtypes.standardize(array.dtype), array=array)


def to_first(rank: int) -> list[int]:
    """The axes of a tensor with channels last in the order with channels first.

    Args:
        rank: its number of axes.
    """
    return [0, rank - 1, *range(1, rank - 1)]


def to_last(rank: int) -> list[int]:
    """The axes of a tensor with channels first in the order with channels last.

    Args:
        rank: its number of axes.
    """
    return [0, *range(2, rank), 1]
