"""Losses by name, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras_core import objects


def get(identifier: Any) -> Any:
    """The loss that a name, a config, a class, a function or an instance stands for.

    None stays None.

    Raises:
        ValueError: for an unknown name, with the nearest ones.

    Example:
        >>> from keras_core import losses
        >>> losses.get("mse") is losses.mean_squared_error
        True
    """
    return objects.get("loss", identifier)


def serialize(loss: Any) -> Any:
    """What stands for the loss in a config."""
    return objects.serialize(loss)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The loss that `serialize` gave `config` for; reads Keras 2's form as well."""
    return objects.deserialize("loss", config, custom_objects)
