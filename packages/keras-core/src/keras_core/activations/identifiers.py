"""Activations by name, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from keras_core import objects
from keras_core.activations.rectified import linear


def get(identifier: Any) -> Callable[..., Any]:
    """The activation that a name, a config, a function or a layer stands for; None means `linear`.

    Raises:
        ValueError: for an unknown name, with the nearest ones.

    Example:
        >>> from keras_core import activations
        >>> activations.get("relu") is activations.relu
        True
    """
    return linear if identifier is None else objects.get("activation", identifier)


def serialize(activation: Any) -> Any:
    """What stands for the activation in a config: a built-in's name, else a dict."""
    return objects.serialize(activation)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The activation that `serialize` gave `config` for."""
    return linear if config is None else objects.deserialize("activation", config, custom_objects)
