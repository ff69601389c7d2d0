"""LayerList: what `Model.layers` gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, SupportsIndex

from keras_core.layers.layer import Layer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class LayerList(list[Layer]):
    """The layers of a model, as a list of its own that tells the model which layer `pop` took off.

    Args:
        layers: the layers.
        popped: called with each layer that `pop` takes off.
    """

    def __init__(self, layers: Iterable[Layer], popped: Callable[[Layer], None]) -> None:
        super().__init__(layers)
        self._popped = popped

    def pop(self, index: SupportsIndex = -1) -> Layer:
        """Take a layer off the list, and off those that the model gives from now on."""
        layer = super().pop(index)
        self._popped(layer)
        return layer

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)
