"""Storage of a variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakSet, ref

import numpy as np
from keras_core.backend import toolkit

from keras_backend_torch.framework import reference_counts, torch, version_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keras_core.backend import Part
    from keras_core.typing import Tensor

_counts = reference_counts([torch.empty(1)])

_UNSHARED = _counts[0] if _counts else None
"""The reference counts of a tensor that only one list refers to; None where they are not known."""


class _Transpose(NamedTuple):
    """A cached transpose: of which tensor, its version counter, and its bits at that time."""

    source: Any
    version: int | None
    bits: np.ndarray
    matrix: Tensor


class _Arranged(NamedTuple):
    """A cached arrangement of a tensor: of which, its version counter, in which order its axes are, and the copy."""

    source: Any
    version: int
    axes: tuple[int, ...] | None
    tensor: Tensor


class Cell(toolkit.Cell):
    """Holds a variable's tensor, which is replaced as a whole and not written into while anything else refers to it.

    So a value that was read stays what it was, and several cells are written together by as many assignments. A cell
    is empty while a step updates its tensor; readers in other threads wait until it is filled.

    Args:
        value: the first value; nothing else may refer to its memory.
        name: for messages.
        trainable: whether autograd is to track the value when the user reads it.

    Attributes:
        value: the current value, which autograd does not track; the part that this process stores of one that is split.
        part: which part that is; None for the whole.
    """

    __slots__ = ("__weakref__", "_arranged", "_handed_out", "_leaf", "_leaf_exposed", "_transpose", "part", "trainable")

    def __init__(self, value: Tensor, name: str, trainable: bool) -> None:
        super().__init__(value, name)
        self.trainable = trainable and value.is_floating_point()
        self.part: Part | None = None
        self._leaf: Tensor | None = None
        self._leaf_exposed = False
        self._handed_out: Any = None
        self._transpose: _Transpose | None = None
        self._arranged: _Arranged | None = None

    def leaf(self) -> Tensor:
        """The value as a leaf of autograd's graph: after ``loss.backward()`` its `grad` holds the gradient.

        Each value has its own leaf, so that assigning the variable discards the gradient; a Parameter stays the leaf
        of all values.
        """
        if not self.trainable:
            return self.value
        if not self.has_leaf:
            if isinstance(self._leaf, torch.nn.Parameter):
                self._leaf.data = self.value
            else:
                self._leaf = self.value.detach().requires_grad_()
        self._leaf_exposed = True
        return self._leaf

    @property
    def has_leaf(self) -> bool:
        """Whether `leaf` gives what it gave before, which may have a gradient."""
        return self._leaf is not None and self._leaf.data_ptr() == self.value.data_ptr()

    @property
    def has_parameter(self) -> bool:
        """Whether `parameter` was called."""
        return bool(_PARAMETERS) and self in _PARAMETERS

    def parameter(self, trainable: bool) -> Any:
        """The variable as a Parameter: one object, which has the value that the variable has at any time.

        What is written into it in place, as optimizers of PyTorch do, is written into the variable. So the tensors that
        were read from the variable since it was last assigned change, too.

        Args:
            trainable: whether autograd is to track it.
        """
        if self.part is not None:
            raise NotImplementedError(
                f"Variable {self.name!r} is split over processes, and is no Parameter of PyTorch: train it with an "
                "optimizer of Keras, or leave it whole."
            )
        if not isinstance(self._leaf, torch.nn.Parameter):
            before = self._leaf
            self._leaf = torch.nn.Parameter(self.value.detach(), requires_grad=False)
            if before is not None:
                self._leaf.grad = before.grad
            self.trainable = self.value.is_floating_point()
            _PARAMETERS.add(self)
        self.track(trainable)
        self.follow()
        return self._leaf

    def track(self, trainable: bool) -> None:
        """Let autograd track the Parameter, if there is one, or not."""
        if isinstance(self._leaf, torch.nn.Parameter):
            self._leaf.requires_grad_(trainable and self.trainable)

    def follow(self) -> None:
        """Let the Parameter have the cell's value."""
        if self._leaf is not None and not self.has_leaf:
            self._leaf.data = self.value
        self._leaf_exposed = True

    def hand_out(self) -> Tensor:
        """The value, for a caller who may write into it."""
        self._handed_out = ref(self.value)
        return self.value

    def transpose_of(self, value: Tensor) -> Tensor:
        """The contiguous transpose of `value`, a float32 matrix that the cell holds, cached until the matrix changes.

        PyTorch counts in-place operations on a tensor, but not writes through ``tensor.data`` or an array. So where
        the tensor has been handed out, its bits are compared.
        """
        cached, version = self._transpose, version_of(value)
        same = cached is not None and cached.source() is value and cached.version == version is not None
        if cached is not None and not self._may_be_written(value) and same:
            return cached.matrix
        bits = value.numpy().view("int32")
        if cached is None or not np.array_equal(cached.bits, bits):
            cached = _Transpose(ref(value), version, bits.copy(), value.t().contiguous())
        self._transpose = cached._replace(source=ref(value), version=version)
        return cached.matrix

    def arranged(self, value: Tensor, axes: tuple[int, ...] | None) -> Tensor:
        """A contiguous copy of `value`, which the cell holds, cached until the value changes, or may have.

        Args:
            value: what the cell holds.
            axes: the order of the copy's axes; None for a matrix, whose rows are the value's last axis.
        """
        cached, version = self._arranged, version_of(value)
        same = cached is not None and cached.source() is value and cached.version == version
        if cached is not None and not self._may_be_written(value) and same and cached.axes == axes:
            return cached.tensor
        view = value.view(-1, value.shape[-1]).t() if axes is None else value.permute(axes)
        tensor = view.contiguous()
        self._arranged = None if version is None else _Arranged(ref(value), version, axes, tensor)
        return tensor

    def _may_be_written(self, value: Tensor) -> bool:
        """Whether a caller may have written into a tensor's memory since the last time this was asked."""
        if self._leaf_exposed:
            self._leaf_exposed = self._leaf_is_shared()
            return True
        return self._handed_out is not None and self._handed_out() is value

    def _leaf_is_shared(self) -> bool:
        """Whether anything but the cell refers to its leaf or the leaf's memory."""
        counts = reference_counts([self._leaf])
        if counts is None or _UNSHARED is None:
            return True
        ((references, uses),) = counts
        return references > _UNSHARED[0] + 1 or uses > _UNSHARED[1] + 1  # one of each is the cell's

    @property
    def grad(self) -> Any:
        """The gradient that ``backward()`` left, or None."""
        return None if self._leaf is None else self._leaf.grad


#: Cells whose Parameter was handed out, which has to follow what they are assigned.
_PARAMETERS: WeakSet[Cell] = WeakSet()


def follow(cells: Iterable[Cell]) -> None:
    """Give the Parameters of these cells that were handed out the values that the cells have got.

    Args:
        cells: those that were written.
    """
    if _PARAMETERS:
        for cell in _PARAMETERS.intersection(cells):
            cell.follow()


def alone(tensors: list[Tensor]) -> list[bool]:
    """For each tensor whether nothing but this list refers to it or to its memory."""
    counts = reference_counts(tensors)
    if counts is None:
        return [False] * len(tensors)
    return [one == _UNSHARED for one in counts]


__all__ = ["Cell", "alone", "follow"]
