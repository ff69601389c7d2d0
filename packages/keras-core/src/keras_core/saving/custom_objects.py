"""Names that the user gives: registered for the whole process, for a scope, or for one call."""

from __future__ import annotations

import inspect
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

#: What the user registered, by name.
_custom: dict[str, Any] = {}
#: The name under which each registered object is written.
_registered_names: dict[Any, str] = {}
#: The mappings of `custom_object_scope` and of this load, innermost last.
_scopes: ContextVar[tuple[Mapping[str, Any], ...]] = ContextVar("custom_object_scopes", default=())


def get_custom_objects() -> dict[str, Any]:
    """Return the process-wide mapping of registered names to objects; it may be changed."""
    return _custom


def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Callable[[Any], Any]:
    """Make a decorator that registers a class or function for loading, as `package>name`.

    Args:
        package: the name space of the object, such as the distribution that defines it.
        name: the object's own `__name__` when not given.

    Returns:
        A decorator that returns its argument unchanged.

    Raises:
        ValueError: for a class without `get_config`, which could be written but not read again.

    Example:
        >>> @register_keras_serializable("my_package")
        ... def twice(x):
        ...     return 2 * x
        >>> get_registered_name(twice)
        'my_package>twice'
    """

    def decorate(obj: Any) -> Any:
        if inspect.isclass(obj) and not hasattr(obj, "get_config"):
            raise ValueError(f"Cannot register class {obj.__name__}: it has no method `get_config`. Define one.")
        register(f"{package}>{name or obj.__name__}", obj)
        return obj

    return decorate


def register(name: str, obj: type | Callable[..., Any]) -> None:
    """Register `obj` under exactly `name`, replacing what had that name."""
    if name in _custom:
        _registered_names.pop(_custom[name], None)
    if obj in _registered_names:
        _custom.pop(_registered_names[obj], None)
    _custom[name] = obj
    _registered_names[obj] = name


def get_registered_name(obj: type | Callable[..., Any]) -> str:
    """Return the name under which `obj` was registered, else its own `__name__`."""
    return _registered_names.get(obj) or obj.__name__


def get_registered_object(
    name: str,
    custom_objects: Mapping[str, Any] | None = None,
    module_objects: Mapping[str, Any] | None = None,
) -> Any:
    """Return what the user registered or passed under `name`, or None.

    Args:
        name: registered name, or key of a dict.
        custom_objects: custom objects by name, searched first; None has none. Defaults to None.
        module_objects: further objects by name, searched last; None has none. Defaults to None.
    """
    return next(
        (m[name] for m in (*known_mappings(custom_objects), module_objects or {}) if name in m),
        None,
    )


class CustomObjectScope:
    """Within a `with` block, names in `custom_objects` (name → class or function) resolve to them.

    Example:
        >>> with CustomObjectScope({"triple": lambda x: 3 * x}):
        ...     find_custom("triple")(2)
        6
    """

    def __init__(self, *custom_objects: Mapping[str, Any]) -> None:
        self.custom_objects = {name: obj for mapping in custom_objects for name, obj in (mapping or {}).items()}
        self._tokens: list[Any] = []

    def __enter__(self) -> CustomObjectScope:
        self._tokens.append(_scopes.set((self.custom_objects, *_scopes.get())))
        return self

    def __exit__(self, *error: object) -> None:
        _scopes.reset(self._tokens.pop())


custom_object_scope = CustomObjectScope


def known_mappings(custom_objects: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    """The mappings that hold custom names, those of the innermost scope first."""
    if custom_objects:
        yield custom_objects
    yield from _scopes.get()
    yield _custom


def find_custom(name: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The object registered or passed as `name`, or as the only one `package>name`; else None."""
    found = get_registered_object(name, custom_objects)
    if found is not None or ">" in name:
        return found
    matches = [obj for full, obj in _custom.items() if full.rpartition(">")[2] == name]
    return matches[0] if len(matches) == 1 else None
