"""get_config() for layers that do not write their own, and the arguments of a layer's class."""

from __future__ import annotations

import inspect
from typing import Any

from keras_core import regularizers
from keras_core.dtype_policies import serialize as serialize_policy
from keras_core.saving.save_scope import IncompleteConfigError
from keras_core.saving.serialization import deserialize_keras_object, is_nameless, serialize_keras_object

_BASE = ("name", "trainable", "dtype", "activity_regularizer")


def base_config(layer: Any) -> dict[str, Any]:
    """name, trainable and dtype, and the arguments of __init__ where a class defines no get_config.

    Raises:
        IncompleteConfigError: for arguments that no config can hold; it names them, and has the rest.
    """
    config: dict[str, Any] = {
        "name": layer.name,
        "trainable": layer.trainable,
        "dtype": serialize_policy(layer.dtype_policy),
    }
    if layer.activity_regularizer is not None:
        config["activity_regularizer"] = regularizers.serialize(layer.activity_regularizer)
    if layer.quantization_config is not None:
        config["quantization_config"] = serialize_keras_object(layer.quantization_config)
    if not layer.autocast and "autocast" in layer._auto_config[1]:  # and not a choice of the class itself
        config["autocast"] = False
    if "get_config" not in layer._overrides:
        lacking = []
        for name, value in _arguments(layer).items():
            if name in layer.not_in_config:
                continue
            try:
                config[name] = value if _plain(value) or is_nameless(value) else serialize_keras_object(value)
            except (TypeError, NotImplementedError):
                lacking.append(f"{name} ({type(value).__name__})")
        if lacking:
            raise IncompleteConfigError(type(layer).__name__, lacking, config)
    return config


def given_again(cls: type, config: dict[str, Any]) -> dict[str, Any]:
    """A config with the objects that `base_config` wrote among the arguments of a class without get_config.

    Args:
        cls: the layer's class.
        config: what `get_config` gave.

    Raises:
        ValueError: for a name that is not in the registry.
    """
    return {
        name: deserialize_keras_object(value) if name not in _BASE and _holds_objects(value) else value
        for name, value in config.items()
    }


def _holds_objects(value: Any) -> bool:
    if isinstance(value, dict):
        return {"class_name", "config"} <= value.keys() or any(map(_holds_objects, value.values()))
    return isinstance(value, (list, tuple)) and any(map(_holds_objects, value))


def _arguments(layer: Any) -> dict[str, Any]:
    """What the layer's own __init__ was called with, by name."""
    if "__init__" not in layer._overrides:
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


def argument_names(cls: type) -> list[str]:
    """Names of the arguments of a layer's class, and those that every layer takes."""
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    own = [p.name for p in inspect.signature(cls).parameters.values() if p.kind not in kinds]
    return list(dict.fromkeys([*own, "name", "trainable", "dtype", "input_shape", "batch_input_shape", "weights"]))
