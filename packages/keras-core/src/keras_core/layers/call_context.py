"""What the layers of one call share: the training flag and the masks of tensors."""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any

from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.nested import map_nested

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
        graph_values: values of all tensors of a graph that keeps them, by the graph's id.
        symbolic_losses: pairs (layer, loss) added in the symbolic call in progress; None outside of one.
        measured: values for metrics of graph tensors, computed where the losses were; None where they were not.
    """

    def __init__(self, training: bool | None = None) -> None:
        self.training = training
        self.presumed = False
        self.graph_values: dict[int, dict[int, Any]] = {}
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

    def mark(self, outputs: TensorTree) -> None:
        """Set the masks of a call's outputs as their attribute `_keras_mask`, where the tensors take attributes."""
        if self._masks:
            map_nested(self._mark, outputs)

    def _mark(self, tensor: Any) -> None:
        mask = self.get_mask(tensor)
        if mask is not None:
            with suppress(AttributeError, TypeError):
                tensor._keras_mask = mask

    def get_mask(self, tensor: Tensor) -> TensorTree:
        return self._masks.get(id(tensor), (None, None))[1]


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
