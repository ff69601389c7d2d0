"""Objects and their configs as Keras 2 wrote them, with the dict of names that the caller brings."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from keras_core import saving

__all__ = ["deserialize_keras_object", "serialize_keras_object"]


def serialize_keras_object(instance: Any) -> Any:
    """What Keras 2 wrote of an object: its name and the arguments that make it again.

    Args:
        instance: an object with `get_config`, a function, a class, or None.

    Returns:
        ``{"class_name": name, "config": arguments}`` of an object, the name of a function or a class, None of None.

    Raises:
        ValueError: for anything else.

    Example:
        >>> from keras_core import metrics
        >>> serialize_keras_object(metrics.Mean(name="loss"))["class_name"]
        'Mean'
    """
    if instance is None:
        return None
    if hasattr(instance, "get_config") and not inspect.isclass(instance):
        return {"class_name": saving.get_registered_name(type(instance)), "config": instance.get_config()}
    if hasattr(instance, "__name__"):
        return saving.get_registered_name(instance)
    raise ValueError(
        f"instance must have `get_config()` or a name, as classes and functions do; got {type(instance).__name__}."
    )


def deserialize_keras_object(
    identifier: Any,
    module_objects: Mapping[str, Any] | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    printable_module_name: str = "object",
) -> Any:
    """The object of a config or a name, among the names that are passed, registered or Keras's own.

    `keras.utils.deserialize_keras_object` is Keras 3's, which takes `custom_objects` first.

    Args:
        identifier: ``{"class_name": name, "config": arguments}``, a name, an object (returned as it is), or None.
        module_objects: names → classes and functions, searched after `custom_objects`; None has none. Defaults to None.
        custom_objects: names → classes and functions, searched first; None has none. Defaults to None.
        printable_module_name: what the object is, for messages.

    Returns:
        An instance of the class that is named, the function that is named, or None for None.

    Raises:
        ValueError: for a name that nobody provides, or a config that its class does not take.

    Example:
        >>> class Turn:
        ...     def __init__(self, angle=90):
        ...         self.angle = angle
        >>> deserialize_keras_object({"class_name": "Turn", "config": {"angle": 45}}, {"Turn": Turn}).angle
        45
    """
    if isinstance(identifier, str):
        found = saving.get_registered_object(identifier, custom_objects, module_objects)
        if found is None:
            raise ValueError(_unknown(identifier, printable_module_name, module_objects))
        return found() if inspect.isclass(found) else found
    if not isinstance(identifier, Mapping):
        if identifier is None or callable(identifier) or hasattr(identifier, "get_config"):
            return identifier
        raise ValueError(
            f"A {printable_module_name} must be given by its config, its name or itself; "
            f"got {type(identifier).__name__} {identifier!r}."
        )
    name = identifier.get("class_name")
    if not isinstance(name, str) or "config" not in identifier:
        raise ValueError(
            f"The config of a {printable_module_name} must hold 'class_name' and 'config'; it holds {[*identifier]}."
        )
    found = saving.get_registered_object(name, custom_objects, module_objects)
    if inspect.isclass(found) and not hasattr(found, "from_config"):
        return _made(found, name, identifier["config"])
    return saving.deserialize_keras_object(
        identifier, custom_objects={**(module_objects or {}), **(custom_objects or {})}
    )


def _made(cls: Callable[..., Any], name: str, config: Any) -> Any:
    try:
        return cls(**(config or {}))
    except TypeError as error:
        raise ValueError(f"{name} does not take the config {config!r}: {error}") from error


def _unknown(name: str, what: str, module_objects: Mapping[str, Any] | None) -> str:
    known = f" Known are {', '.join(sorted(module_objects))}." if module_objects else ""
    return f"Unknown {what} '{name}'.{known} Pass it: custom_objects={{'{name}': ...}}."
