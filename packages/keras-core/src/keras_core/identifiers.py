"""`get`, `serialize` and `deserialize`: what every family of objects offers, made in one place.

An identifier is anything a user may write for an object: a name, a config, a class, an instance or a callable.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from keras_core import objects
from keras_core.saving.serialization import deserialize_keras_object, serialize_keras_object

T_co = TypeVar("T_co", covariant=True)


class Get(Protocol[T_co]):
    """The type of a family's `get`."""

    def __call__(self, identifier: object) -> T_co: ...


class Deserialize(Protocol[T_co]):
    """The type of a family's `deserialize`."""

    def __call__(self, config: object, custom_objects: Mapping[str, Any] | None = None) -> T_co: ...


class Identifiers(NamedTuple, Generic[T_co]):
    """The three functions of a family."""

    get: Get[T_co]
    serialize: Callable[..., Any]
    deserialize: Deserialize[T_co]


# --- for one object of any kind -------------------------------------------------------------------


def get(kind: str, identifier: object, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Turn what a user may write for an object into the object.

    Args:
        kind: as for `objects.lookup`.
        identifier: None (returned as it is), a name, a config (the dict that `serialize` gives, or
            `{"class_name": ..., "config": ...}`), a class (called without arguments), an
            instance, or a callable.
        custom_objects: names known for this call only.

    Returns:
        The object; None for None.

    Raises:
        ValueError: for an unknown name, or something that cannot stand for an object of this kind.

    Example:
        >>> get("loss", "mse").__name__
        'mean_squared_error'
    """
    if isinstance(identifier, Mapping):
        return deserialize(kind, identifier, custom_objects)
    return objects.instance(kind, identifier, custom_objects)


def serialize(obj: object) -> Any:
    """Turn an object into what a config holds for it: a built-in function's name, else a dict."""
    name = objects.function_name(obj) if inspect.isroutine(obj) else None
    return serialize_keras_object(obj) if name is None else name


def deserialize(kind: str, config: object, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Turn what `serialize` gave, or a name, back into an object of this kind."""
    if isinstance(config, str):
        return objects.instance(kind, config, custom_objects)
    found = deserialize_keras_object(config, custom_objects=custom_objects, kind=kind)
    return objects.instance(kind, found) if isinstance(config, Mapping) else found


# --- for a family ---------------------------------------------------------------------------------


def identifiers(
    kind: str,
    module: str,
    example: str,
    *,
    notes: str = "None stays None.",
    none: Any = None,
    defaults: Mapping[str, Callable[[], Any]] | None = None,
    also: str | None = None,
) -> Identifiers[Any]:
    """Make the three functions of a family.

    Args:
        kind: what the family's objects are, as for `objects.lookup`; the argument of its `serialize` has this name.
        module: the module that the functions belong to, its `__name__`.
        example: lines of the example in the docstring of `get`.
        notes: what else that docstring says.
        none: what None stands for.
        defaults: names that stand for what a call gives, and not for a class with its default arguments.
        also: another name of the argument of `deserialize`, by which Keras 3 knows it.

    Returns:
        `get`, `serialize` and `deserialize`.
    """
    title = objects.KINDS[kind].title.lower()
    special = defaults or {}

    def or_none(found: Any) -> Any:
        return none if found is None else found

    def family_get(identifier: Any) -> Any:
        if isinstance(identifier, str) and identifier in special:
            return special[identifier]()
        return or_none(get(kind, identifier))

    signature = inspect.Signature([inspect.Parameter(kind, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Any)])

    def family_serialize(*args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs:
            return serialize(args[0])
        return serialize(signature.bind(*args, **kwargs).arguments[kind])

    def family_deserialize(config: Any = None, custom_objects: Mapping[str, Any] | None = None, **other: Any) -> Any:
        if other:
            config = _renamed(config, other, also)
        if isinstance(config, str) and config in special:
            return special[config]()
        return or_none(deserialize(kind, config, custom_objects))

    family_serialize.__signature__ = signature  # type: ignore[attr-defined]
    family_deserialize.__signature__ = _signature(also)  # type: ignore[attr-defined]
    shown = "\n".join(f"        {line}" for line in example.strip().splitlines())
    more = _ALSO.format(name=also) if also else ""
    made = {
        "get": (family_get, _GET.format(title=title, notes=notes, example=shown.lstrip())),
        "serialize": (family_serialize, _SERIALIZE.format(title=title, name=kind)),
        "deserialize": (
            family_deserialize,
            _DESERIALIZE.format(title=title, also=more),
        ),
    }
    for name, (function, text) in made.items():
        function.__name__ = function.__qualname__ = name
        function.__module__, function.__doc__ = module, text
    return Identifiers(family_get, family_serialize, family_deserialize)


def _signature(also: str | None) -> inspect.Signature:
    """That of a family's `deserialize`."""
    either, keyword = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
    found = [
        inspect.Parameter("config", either, annotation=Any),
        inspect.Parameter("custom_objects", either, default=None, annotation=Mapping[str, Any] | None),
    ]
    if also is not None:
        found[0] = found[0].replace(default=None)
        found.append(inspect.Parameter(also, keyword, default=None, annotation=Any))
    return inspect.Signature(found)


def _renamed(config: Any, other: dict[str, Any], also: str | None) -> Any:
    """What was given for `config` by another name."""
    unknown = sorted(other.keys() - {also})
    if unknown or config is not None:
        given = f"'{also}' besides 'config'" if not unknown else ", ".join(map(repr, unknown))
        raise TypeError(f"deserialize() got {given}, expected config and custom_objects.")
    return other[str(also)]


_GET = """The {title} that an identifier stands for. {notes}

    Args:
        identifier: a name, a config, a class (called without arguments), an instance, or a callable.

    Raises:
        ValueError: for an unknown name (with the nearest ones), one whose package is missing (with the command
            that installs it), and for what cannot stand for one.

    Example:
        {example}
    """

_SERIALIZE = """What stands for the {title} in a config: a built-in function's name, else a dict.

    Args:
        {name}: the {title}.
    """

_DESERIALIZE = """The {title} that `serialize` gave `config` for; reads Keras 2's form as well.

    Args:
        config: the config, or a name.
        custom_objects: names of custom classes and functions, for this call only.{also}

    Raises:
        ValueError: for a name that is not known, with the nearest ones, or a config that its class does not accept.
    """

_ALSO = """
        {name}: Keras 3's name of `config`."""
