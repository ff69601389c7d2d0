"""Attributes that backends add to classes of the core, such as methods by which a framework knows its own objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping


@runtime_checkable
class Interoperates(Protocol):
    """Optional: a backend by which its framework and classes of the core know each other."""

    def extend(self, core_type: type[Any]) -> Mapping[str, object] | None:
        """Teach the framework to take instances of a class of the core, and say what these have on this backend.

        Called once for each class that is registered (`keras_core.Variable`, `keras_core.Layer`) when the backend
        is loaded, and at no other time: here, and not as a side effect of an import, a backend registers conversions
        and adds to the framework's own tensor type. What the framework looks up on the class itself, such as
        ``__torch_function__``, is set on the class. It leaves alone, and returns None for, a class that it has nothing
        for.

        Args:
            core_type: the class, which is known by its name.

        Returns:
            Attributes by name, for instances whose `backend_name` is this backend's; a function becomes a method.
            Other instances raise an AttributeError that says whose attribute it is. The public ones stand in the
            spec's `adds`, too.
        """


class BackendAttribute:
    """An attribute of a class of the core that is there for the instances on some backends.

    Args:
        kind: name of the class.
        name: of the attribute.

    Example:
        >>> class Layer:
        ...     backend_name = "mine"
        >>> add_attribute(Layer, "shout", lambda layer: "AH", "mine")
        >>> Layer().shout()
        'AH'
    """

    def __init__(self, kind: str, name: str) -> None:
        self._kind = kind
        self._name = name
        self._by_backend: dict[str, Any] = {}

    def define(self, backend_name: str, attribute: object) -> None:
        """Set what instances on a backend have: a function, which becomes a method, a property, or a value."""
        self._by_backend[backend_name] = attribute

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        name = getattr(instance, "backend_name", None)
        if name not in self._by_backend:
            raise not_of_backend(instance, self._kind, self._name, self._by_backend)
        found = self._by_backend[name]
        return found.__get__(instance, owner) if hasattr(type(found), "__get__") else found


def add_attribute(core_type: type, name: str, attribute: object, backend_name: str) -> None:
    """Let instances of a class that are on a backend have an attribute.

    Args:
        core_type: the class.
        name: of the attribute.
        attribute: a function, which becomes a method, a property, or a value.
        backend_name: of the backend.

    Raises:
        TypeError: where the class itself has such an attribute, which is not replaced.
    """
    found = vars(core_type).get(name)
    if not isinstance(found, BackendAttribute):
        if hasattr(core_type, name):
            raise TypeError(f"The {backend_name!r} backend adds {name!r} to {core_type.__name__}, which has its own.")
        found = BackendAttribute(core_type.__name__, name)
        setattr(core_type, name, found)
    found.define(backend_name, attribute)


def not_of_backend(instance: Any, kind: str, name: str, backends: object) -> AttributeError:
    """The error for an attribute that instances on other backends have.

    Args:
        instance: what was asked for it.
        kind: name of its class in the core.
        name: of the attribute.
        backends: names of the backends whose instances have it.
    """
    there = " or ".join(map(repr, backends))  # type: ignore[call-overload]
    label = getattr(instance, "name", "?")
    return AttributeError(
        f"{kind} {label!r} is on the {getattr(instance, 'backend_name', None)!r} backend and has no {name!r}: the "
        f"{there} backend gives it to what is made on it. Make the model while {there} is the active backend, or copy "
        "it there with model.to_backend()."
    )
