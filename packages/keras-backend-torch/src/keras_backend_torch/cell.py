"""Storage of a variable."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from sys import getrefcount
from typing import Any, NamedTuple
from weakref import ref

import numpy as np
from keras_core.typing import Tensor

from keras_backend_torch.framework import torch

UPDATING = threading.RLock()
"""Held while cells are empty."""

_uses_of_storage = getattr(torch._C, "_storage_Use_Count", None)


def references(tensors: Sequence[Tensor]) -> list[tuple[int, int]]:
    """How often each tensor and each tensor's memory is referred to."""
    if _uses_of_storage is None:
        return [(0, 0)] * len(tensors)
    return [(getrefcount(one), _uses_of_storage(one.untyped_storage()._cdata)) for one in tensors]


ALONE = references([torch.empty(1)])[0] if _uses_of_storage else None
"""What is counted where nothing but one list refers to a tensor."""


class _Turned(NamedTuple):
    """A transpose, and of what: the tensor, how often it had been written into, and its numbers."""

    source: Any
    version: int | None
    bits: np.ndarray
    matrix: Tensor


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

    __slots__ = ("_leaf", "_lent", "_shown", "_turned", "name", "trainable", "value")

    def __init__(self, value: Tensor, name: str, trainable: bool) -> None:
        self.value = value
        self.name = name
        self.trainable = trainable and value.is_floating_point()
        self._leaf: Tensor | None = None
        self._lent: Any = None
        self._shown = False
        self._turned: _Turned | None = None

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
        self._shown = True
        return leaf

    def lend(self) -> Tensor:
        """The value, for somebody who may write into it."""
        self._lent = ref(self.value)
        return self.value

    def transposed(self, value: Tensor) -> Tensor:
        """The transpose of a matrix of float32 that the cell holds, row by row; remembered until another matrix comes.

        PyTorch counts what is written into a tensor, but not what is written through ``tensor.data`` or an array. So
        where somebody has been given the tensor, its bits tell whether it is another matrix.
        """
        known, version = self._turned, None if value.is_inference() else value._version
        same = known is not None and known.source() is value and known.version == version is not None
        if known is not None and not self._is_seen(value) and same:
            return known.matrix
        bits = value.numpy().view("int32")
        if known is None or not np.array_equal(known.bits, bits):
            known = _Turned(ref(value), version, bits.copy(), value.t().contiguous())
        self._turned = known._replace(source=ref(value), version=version)
        return known.matrix

    def _is_seen(self, value: Tensor) -> bool:
        """Whether somebody may have written into a tensor's memory since this was asked the last time."""
        if self._shown:
            self._shown = False
            ((count, uses),) = references([self._leaf])
            self._shown = ALONE is None or count > ALONE[0] + 1 or uses > ALONE[1] + 1  # those of the cell
            return True
        return self._lent is not None and self._lent() is value

    @property
    def grad(self) -> Any:
        """The gradient that ``backward()`` left, or None."""
        return None if self._leaf is None else self._leaf.grad


_VALUE = vars(Cell)["value"]

fill: Callable[[Cell, Tensor], None] = _VALUE.__set__
"""Put a tensor into a cell, with no Python code in between."""

empty: Callable[[Cell], None] = _VALUE.__delete__
"""Take the tensor out of a cell."""
