"""Constraints by name, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras_core import objects


def get(identifier: Any) -> Any:
    """The constraint that a name, a config, a class, a callable or an instance stands for.

    None stays None.

    Raises:
        ValueError: for an unknown name, with the nearest ones.

    Example:
        >>> from keras_core import constraints
        >>> constraints.get("max_norm").max_value
        2
    """
    return objects.get("constraint", identifier)


def serialize(constraint: Any) -> Any:
    """What stands for the constraint in a config."""
    return objects.serialize(constraint)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The constraint that `serialize` gave `config` for; reads Keras 2's form as well."""
    return objects.deserialize("constraint", config, custom_objects)
