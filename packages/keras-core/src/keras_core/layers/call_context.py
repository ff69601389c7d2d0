"""What the layers of one call share: the training flag and the masks of tensors."""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.nested import leaves_of, map_nested
from keras_core.layers.masked_array import masked

if TYPE_CHECKING:
    from keras_core.typing import Tensor, TensorTree

#: What an outer call passes to inner ones: training, the losses added.
_ACTIVE: ContextVar[CallContext | None] = ContextVar("keras_call_context", default=None)


class CallContext:
    """Opened by the outermost layer called (or the training loop), found by those inside it.

    Args:
        training: whether layers run in training; None says nothing.

    Attributes:
        presumed: whether `training` is a layer's default, which a layer inside may have another of.
        graph_runs: the last `GraphRun` of a graph whose values are kept, by the graph's id.
        symbolic_losses: pairs (layer, loss) added in the symbolic call in progress; None outside of one.
        measured: values for metrics of graph tensors, computed where the losses were; None where they were not.
    """

    def __init__(self, training: bool | None = None) -> None:
        self.training = training
        self.presumed = False
        self.graph_runs: dict[int, Any] = {}
        self.measured: list[Any] | None = None
        self.symbolic_losses: list[tuple[Any, KerasTensor]] | None = None
        self._masks: dict[int, tuple[Any, Any]] = {}
        self._token: Token[CallContext | None] | None = None

    def __enter__(self) -> CallContext:
        self._token = _ACTIVE.set(self)
        return self

    def __exit__(self, *exc: Any) -> None:
        assert self._token is not None
        _ACTIVE.reset(self._token)

    def set_mask(self, tensor: Tensor, mask: TensorTree) -> None:
        self._masks[id(tensor)] = (tensor, mask)  # holding the tensor keeps its id from being reused

    def marked(self, outputs: TensorTree) -> TensorTree:
        """A call's outputs with their masks as the attribute `_keras_mask`."""
        return with_masks(outputs, self.masks_of(outputs)) if self._masks else outputs

    def masks_of(self, outputs: TensorTree) -> list[Any]:
        """The mask of each output in flat order, None for one without; nothing if there is none at all."""
        found = [self.get_mask(tensor) for tensor in leaves_of(outputs)] if self._masks else []
        return found if any(mask is not None for mask in found) else []

    def get_mask(self, tensor: Tensor) -> TensorTree:
        return self._masks.get(id(tensor), (None, None))[1]


def with_masks(outputs: TensorTree, masks: list[Any]) -> TensorTree:
    """Outputs with masks as their attribute `_keras_mask`.

    Args:
        outputs: nested tensors.
        masks: one for each, in flat order, or None; or nothing.
    """
    given = iter(masks)
    return map_nested(lambda tensor: _with_mask(tensor, next(given)), outputs) if masks else outputs


def _with_mask(tensor: Any, mask: Any) -> Any:
    if mask is None:
        return tensor
    if isinstance(tensor, np.ndarray):  # which takes no attributes
        return masked(tensor, mask)
    with suppress(AttributeError, TypeError):
        tensor._keras_mask = mask
    return tensor


def active_context() -> CallContext | None:
    """The context of the layer call in progress, or None."""
    return _ACTIVE.get()


def mask_of(tensor: Tensor) -> TensorTree:
    """The mask that came with a tensor, or None."""
    if isinstance(tensor, KerasTensor):
        return tensor._keras_mask
    context = _ACTIVE.get()
    found = context.get_mask(tensor) if context is not None else None
    return getattr(tensor, "_keras_mask", None) if found is None else found


def set_mask(tensor: Tensor, mask: TensorTree) -> None:
    """Attach a mask to a tensor, for the layers called after this one."""
    if isinstance(tensor, KerasTensor):
        tensor._keras_mask = mask
        return
    context = _ACTIVE.get()
    if context is not None:
        context.set_mask(tensor, mask)
