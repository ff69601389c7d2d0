"""Regularizers by name, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras_core import objects
from keras_core.regularizers.norm import l1_l2


def get(identifier: Any) -> Any:
    """The regularizer that a name, a config, a class, a callable or an instance stands for.

    None stays None; "l1_l2" has the factors 0.01 of Keras 2.

    Raises:
        ValueError: for an unknown name, with the nearest ones.

    Example:
        >>> from keras_core import regularizers
        >>> regularizers.get("l2").l2
        0.01
    """
    return l1_l2() if identifier == "l1_l2" else objects.get("regularizer", identifier)


def serialize(regularizer: Any) -> Any:
    """What stands for the regularizer in a config."""
    return objects.serialize(regularizer)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The regularizer that `serialize` gave `config` for; reads Keras 2's form as well."""
    return objects.deserialize("regularizer", config, custom_objects)
