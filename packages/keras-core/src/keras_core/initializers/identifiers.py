"""Initializers by name, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras_core import objects


def get(identifier: Any) -> Any:
    """The initializer that a name, a config, a class, a callable or an instance stands for.

    None stays None. An instance is returned as it is, so two weights of one shape that share a seeded
    or unseeded instance begin equal; give each its own (or a `clone()`).

    Raises:
        ValueError: for an unknown name, with the nearest ones.

    Example:
        >>> from keras_core import initializers
        >>> type(initializers.get("he_normal")).__name__
        'HeNormal'
    """
    return objects.get("initializer", identifier)


def serialize(initializer: Any) -> Any:
    """What stands for the initializer in a config."""
    return objects.serialize(initializer)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The initializer that `serialize` gave `config` for; reads Keras 2's form as well."""
    return objects.deserialize("initializer", config, custom_objects)
