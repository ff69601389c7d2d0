"""The initializer, regularizer and constraint of each weight of a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import Layer, Variable, constraints, initializers, regularizers

if TYPE_CHECKING:
    from keras_core.typing import Shape


def set_options(layer: Layer, weight: str, initializer: Any, regularizer: Any = None, constraint: Any = None) -> None:
    """Set the options of a weight as ``<weight>_initializer``, ``_regularizer``, ``_constraint``."""
    setattr(layer, f"{weight}_initializer", initializers.get(initializer))
    setattr(layer, f"{weight}_regularizer", regularizers.get(regularizer))
    setattr(layer, f"{weight}_constraint", constraints.get(constraint))


def options_config(layer: Layer, *weights: str) -> dict[str, Any]:
    """The config entries of the options of `weights`."""
    config: dict[str, Any] = {}
    for weight in weights:
        config[f"{weight}_initializer"] = initializers.serialize(getattr(layer, f"{weight}_initializer"))
        config[f"{weight}_regularizer"] = regularizers.serialize(getattr(layer, f"{weight}_regularizer"))
        config[f"{weight}_constraint"] = constraints.serialize(getattr(layer, f"{weight}_constraint"))
    return config


def add_parameter(layer: Layer, weight: str, shape: Shape, options: str | None = None, **extra: Any) -> Variable:
    """Create a trainable weight with its options.

    Args:
        layer: the layer that owns it.
        weight: name of the variable.
        shape: tuple of ints.
        options: the name its options are kept under, when that is not `weight`.
        extra: further arguments of `Layer.add_weight`, or other options.
    """
    prefix = options or weight
    arguments = {
        "initializer": getattr(layer, f"{prefix}_initializer"),
        "regularizer": getattr(layer, f"{prefix}_regularizer"),
        "constraint": getattr(layer, f"{prefix}_constraint"),
        **extra,
    }
    return layer.add_weight(shape=shape, name=weight, **arguments)
