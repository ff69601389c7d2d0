"""Calls of layers that compute again for their gradients, as their `RematScope` says."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from keras_core.graph.nested import leaves_of
from keras_core.layers.call_context import active_context, set_mask
from keras_core.staging.remat import rematerialized

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from keras_core.staging.remat import RematScope
    from keras_core.typing import TensorTree


class Callee(Protocol):
    """What is asked of a layer here."""

    name: str

    def _flatten_layers(self) -> Iterable[Any]: ...


def call_in_scope(
    layer: Callee,
    scope: RematScope | None,
    whole: bool,
    call: Callable[..., TensorTree],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> TensorTree:
    """``call(*args, **kwargs)``, what the scope says of it computed again for the gradient.

    Args:
        layer: the layer.
        scope: the scope that it was made in.
        whole: whether it is computed again as a whole without being named; a model's layers are, one by one.
        call: its call.
        args: arguments.
        kwargs: keyword arguments.
    """
    if scope is None or scope.mode is None or not all(one.built for one in layer._flatten_layers()):
        return call(*args, **kwargs)
    if scope.mode == "activations":
        with _activation_again(layer):
            return call(*args, **kwargs)
    if scope.mode == "list_of_layers":
        if layer.name not in (scope.layer_names or ()):
            return call(*args, **kwargs)
    elif not whole:
        return call(*args, **kwargs)
    more_than = scope.output_size_threshold if scope.mode == "larger_than" else None

    def with_masks(*args: Any, **kwargs: Any) -> tuple[TensorTree, list[Any]]:
        outputs, context = call(*args, **kwargs), active_context()
        return outputs, [] if context is None else context.masks_of(outputs)

    outputs, masks = rematerialized(with_masks, args, kwargs, more_than)
    for tensor, mask in zip(leaves_of(outputs), masks, strict=False):
        if mask is not None:
            set_mask(tensor, mask)
    return outputs


class _Again:
    """An activation function that is computed again."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return rematerialized(self.function, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.function, name)


@contextmanager
def _activation_again(layer: Any) -> Iterator[None]:
    """Inside, the layer's activation function is one that is computed again."""
    state = vars(layer)
    function = state.get("activation")
    if not callable(function) or isinstance(function, _Again):
        yield
        return
    state["activation"] = _Again(function)
    try:
        yield
    finally:
        state["activation"] = function
