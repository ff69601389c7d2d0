"""Layers by name or config."""

from __future__ import annotations

from typing import Any

from keras_core import objects


def get(identifier: Any) -> Any:
    """A layer from a name, a config dict, a class or a layer."""
    return objects.get("layer", identifier)


def serialize(layer: Any) -> Any:
    """A layer's config as a JSON-ready dict."""
    from keras_core import saving

    return saving.serialize_keras_object(layer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """A layer from what `serialize` gave.

    Raises:
        ValueError: for a name that is not a known layer, with the nearest names.
    """
    from keras_core import saving

    return saving.deserialize_keras_object(config, custom_objects=custom_objects)
