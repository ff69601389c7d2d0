"""Quantizers and configs of quantization by name, and back."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from keras_core.saving import deserialize_keras_object, serialize_keras_object

from keras_quantization.abs_max_quantizer import AbsMaxQuantizer
from keras_quantization.quantizer import Quantizer

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMED: dict[str, type[Quantizer]] = {
    "Quantizer": Quantizer,
    "quantizer": Quantizer,
    "AbsMaxQuantizer": AbsMaxQuantizer,
    "abs_max_quantizer": AbsMaxQuantizer,
}


def get(identifier: Any, **kwargs: Any) -> Any:
    """The quantizer that a name, a class, a config or a quantizer stands for.

    Args:
        identifier: "abs_max_quantizer", a class, a config of `serialize`, or a quantizer; None stays None.
        **kwargs: arguments, where a name or a class is given.

    Raises:
        ValueError: for what stands for no quantizer.

    Example:
        >>> get("abs_max_quantizer", axis=-1).axis
        (-1,)
    """
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, str):
        if identifier not in _NAMED:
            raise ValueError(f"Unknown quantizer {identifier!r}. Known are {', '.join(_NAMED)}.")
        return _NAMED[identifier](**kwargs)
    if inspect.isclass(identifier):
        return identifier(**kwargs)
    if not callable(identifier):
        raise ValueError(f"Cannot interpret {identifier!r} as a quantizer: give a name, a config or a Quantizer.")
    return identifier


def serialize(initializer: Any) -> Any:
    """The config of a quantizer or a `QuantizationConfig`, as files hold it.

    Args:
        initializer: the quantizer; its name is that of Keras 3.
    """
    return serialize_keras_object(initializer)


def deserialize(config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The quantizer that `serialize` gave `config` for.

    Args:
        config: what `serialize` returned.
        custom_objects: custom classes by name, for this call only. Defaults to None.

    Raises:
        ValueError: for the name of nothing that is known.
    """
    name = config.get("class_name")
    if name in _NAMED and "module" not in config:
        return _NAMED[name].from_config(dict(config.get("config", {})))
    return deserialize_keras_object(dict(config), custom_objects=custom_objects)
