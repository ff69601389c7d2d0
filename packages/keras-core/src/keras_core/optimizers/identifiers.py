"""Optimizers by name, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras_core import objects
from keras_core.optimizers.optimizer import Optimizer


def get(identifier: Any) -> Optimizer | None:
    """The optimizer that a name ("adam"), a config, a class or an optimizer stands for.

    Raises:
        ValueError: for an unknown name (with the nearest ones), for one whose package is missing (with
            the command that installs it), and for what is no optimizer.

    Example:
        >>> from keras_core import optimizers
        >>> optimizers.get(None) is None
        True
    """
    return _checked(objects.get("optimizer", identifier))


def serialize(optimizer: Optimizer) -> dict[str, Any]:
    """What stands for the optimizer in a file: its class and its config, without its state."""
    config: dict[str, Any] = objects.serialize(optimizer)
    return config


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Optimizer | None:
    """The optimizer that `serialize` gave `config` for; a Keras 2 config serves as well."""
    return _checked(objects.deserialize("optimizer", config, custom_objects))


def _checked(found: Any) -> Optimizer | None:
    if found is None or isinstance(found, Optimizer):
        return found
    raise ValueError(
        f"Cannot interpret {found!r} as an optimizer: expected a name such as 'sgd', a config, or an "
        "instance or class of keras.optimizers.Optimizer."
    )
