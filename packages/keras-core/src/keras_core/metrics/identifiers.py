"""Metrics by name, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras_core import objects


def get(identifier: Any) -> Any:
    """The metric that a name, a config, a class, a function or an instance stands for.

    None stays None.

    Raises:
        ValueError: for an unknown name, with the nearest ones.

    Example:
        >>> from keras_core import metrics
        >>> metrics.get("mse") is metrics.mean_squared_error
        True
    """
    return objects.get("metric", identifier)


def serialize(metric: Any) -> Any:
    """What stands for the metric in a config."""
    return objects.serialize(metric)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The metric that `serialize` gave `config` for; reads Keras 2's form as well."""
    return objects.deserialize("metric", config, custom_objects)
