"""get_config() for layers that do not write their own."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keras_core.layers.layer import Layer

_BASE = ("name", "trainable", "dtype")


def base_config(layer: Layer) -> dict[str, Any]:
    """name, trainable and dtype, and the arguments of __init__ where a class defines no get_config."""
    from keras_core.dtype_policies import serialize as serialize_policy
    from keras_core.layers.layer import Layer

    config: dict[str, Any] = {
        "name": layer.name,
        "trainable": layer.trainable,
        "dtype": serialize_policy(layer.dtype_policy),
    }
    if layer.activity_regularizer is not None:
        from keras_core import regularizers

        config["activity_regularizer"] = regularizers.serialize(layer.activity_regularizer)
    if type(layer).get_config is Layer.get_config:
        given = _arguments(layer)
        if all(_plain(value) for value in given.values()):
            config |= given
    return config


def _arguments(layer: Layer) -> dict[str, Any]:
    from keras_core.layers.layer import Layer

    if type(layer).__init__ is Layer.__init__:
        return {}
    args, kwargs = layer._auto_config
    signature = inspect.signature(type(layer).__init__)
    try:
        bound = signature.bind(layer, *args, **kwargs)
    except TypeError:
        return {}
    found: dict[str, Any] = {}
    for name, value in list(bound.arguments.items())[1:]:
        kind = signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_KEYWORD:
            found |= value
        elif kind is not inspect.Parameter.VAR_POSITIONAL:
            found[name] = value
    return {name: value for name, value in found.items() if name not in _BASE}


def _plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_plain, value))
    if isinstance(value, dict):
        return all(map(_plain, value.values()))
    return value is None or isinstance(value, (str, int, float, bool))
