"""Storage of a variable."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from keras_core.typing import Tensor

UPDATING = threading.RLock()
"""Held while cells are empty."""


class Cell:
    """Holds a variable's tensor, which is replaced as a whole and not written into while anybody else refers to it.

    So what was read stays what it was, and several cells are written together by as many assignments. A cell is empty
    while `in_place` writes into its tensor; whoever reads it meanwhile waits.

    Args:
        value: the first value; nothing else may refer to its memory.
        name: for messages.
        trainable: whether autograd should follow the value when the user reads it.

    Attributes:
        value: the value now, which autograd does not follow.
    """

    __slots__ = ("_leaf", "_turned", "name", "trainable", "value")

    def __init__(self, value: Tensor, name: str, trainable: bool) -> None:
        self.value = value
        self.name = name
        self.trainable = trainable and value.is_floating_point()
        self._leaf: Tensor | None = None
        self._turned: tuple[np.ndarray, Tensor] | None = None

    def __getattr__(self, name: str) -> Tensor:
        """The value of a cell that was found empty, once it is there."""
        if name != "value":
            raise AttributeError(f"A cell has no attribute {name!r}.")
        with UPDATING:
            value: Tensor = _VALUE.__get__(self)
            return value

    def leaf(self) -> Tensor:
        """The value as a leaf of autograd: after ``loss.backward()`` its `grad` holds the gradient.

        There is one leaf for each value, so that a gradient goes when the variable is assigned anew.
        """
        if not self.trainable:
            return self.value
        leaf = self._leaf
        if leaf is None or leaf.data_ptr() != self.value.data_ptr():
            leaf = self._leaf = self.value.detach().requires_grad_()
        return leaf

    def transposed(self, value: Tensor) -> Tensor:
        """The transpose of a matrix of float32 that the cell holds, row by row; remembered until another matrix comes.

        Whether it is another is told by its bits, as the user may write into a tensor. That takes a quarter of the time
        of turning it.
        """
        bits = value.numpy().view("int32")
        known = self._turned
        if known is None or not np.array_equal(known[0], bits):
            known = self._turned = (bits.copy(), value.t().contiguous())
        return known[1]

    @property
    def grad(self) -> Any:
        """The gradient that ``backward()`` left, or None."""
        return None if self._leaf is None else self._leaf.grad


_VALUE = vars(Cell)["value"]

fill: Callable[[Cell, Tensor], None] = _VALUE.__set__
"""Put a tensor into a cell, with no Python code in between."""

empty: Callable[[Cell], None] = _VALUE.__delete__
"""Take the tensor out of a cell."""
