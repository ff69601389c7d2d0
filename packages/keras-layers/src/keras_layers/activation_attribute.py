"""An attribute of a layer that holds an activation."""

from __future__ import annotations

from typing import Any

from keras_core import activations


class ActivationAttribute:
    """An activation of a layer, which may be assigned at any time: by its name, as a function, or as None for none.

    Example:
        >>> from keras_layers import Dense
        >>> dense = Dense(2, activation="relu")
        >>> dense.activation = None
        >>> dense.activation.__name__
        'linear'
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, layer: Any, owner: type | None = None) -> Any:
        if layer is None:
            return self
        try:
            return vars(layer)[self._name]
        except KeyError:
            raise AttributeError(f"{type(layer).__name__!r} object has no attribute {self._name!r}") from None

    def __set__(self, layer: Any, value: Any) -> None:
        vars(layer)[self._name] = activations.get(value)
