"""Which objects a configuration names, and who provides them; none of them is made."""

from __future__ import annotations

from typing import Any

from keras_core.config.loading_limits import MAX_DEPTH
from keras_core.objects import provider_of

_CODE = "__lambda__"  # how files of Keras 3 name the bytecode of a function
_CUSTOM = "Custom>"


def needed_objects(config: Any) -> dict[str | None, list[str]]:
    """The classes that a configuration names, by the distribution that provides them.

    Args:
        config: of a model or another object, of JSON's types; in the form of Keras 1, 2 or 3.

    Returns:
        Distribution, installed or not → names of classes, sorted. None → those that only the program that wrote the
        configuration can know, by the names under which they are registered.

    Example:
        >>> needed_objects({"class_name": "Dense", "module": "keras.layers", "config": {}, "registered_name": None})
        {'keras-layers': ['Dense']}
    """
    found: dict[str | None, set[str]] = {}
    stack = [(config, 0)]
    while stack:
        item, depth = stack.pop()
        if depth > MAX_DEPTH:
            continue
        if isinstance(item, dict):
            name = item.get("class_name")
            if isinstance(name, str) and not _is_plain(item):
                distribution, name = _provider(item, name)
                found.setdefault(distribution, set()).add(name)
            stack += [(value, depth + 1) for value in item.values()]
        elif isinstance(item, list):
            stack += [(value, depth + 1) for value in item]
    return {one: sorted(found[one]) for one in sorted(found, key=lambda one: (one is None, one or ""))}


def _is_plain(item: dict[str, Any]) -> bool:
    """Whether what is named is no object of Keras but a value or a part of the graph."""
    name = item["class_name"]
    return name != _CODE and (name.startswith("__") or (item.get("module") == "builtins" and name != "function"))


def _provider(item: dict[str, Any], name: str) -> tuple[str | None, str]:
    registered = item.get("registered_name")
    if name == _CODE:
        return None, "a function as code, which is never run"
    if isinstance(registered, str) and ">" in registered:
        return None, registered
    if name.startswith(_CUSTOM) and provider_of(name.removeprefix(_CUSTOM)):  # optimizers, in files of Keras 2
        name = name.removeprefix(_CUSTOM)
    if name == "function":
        return provider_of(str(item.get("config")), functions=True), str(item.get("config"))
    return None if item.get("module", "keras") is None else provider_of(name), name
