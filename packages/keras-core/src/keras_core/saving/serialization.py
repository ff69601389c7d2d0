"""Objects as JSON-ready dicts, and back.

The layout is Keras 3's: `module`, `class_name`, `config`, `registered_name`, and for layers and models
`build_config` and `compile_config`. What Keras 2 wrote, `class_name` and `config` alone, is read too.
Nothing is ever imported by what a dict says: names resolve in the registry.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from keras_core import objects
from keras_core.argument_names import also_named
from keras_core.config.loading_limits import check_config, take_steps
from keras_core.saving import plain_values
from keras_core.saving.save_scope import IncompleteConfigError, LoadScope, current_save, loading

_PLAIN = (str, bool, int, float, type(None))


#: By which code says that it cannot go on with a value; a missing package or file is none of these.
BROKEN = (ArithmeticError, AttributeError, LookupError, MemoryError, RuntimeError, TypeError)


class DeserializationError(ValueError):
    """A config that cannot be turned into an object; the message says which part and why."""


# --- to a config ----------------------------------------------------------------------------------


@also_named(obj="instance")
def serialize_keras_object(obj: object) -> Any:
    """Turn an object into a structure that JSON can hold.

    Args:
        obj: a layer, model, optimizer, loss or any object with `get_config`; a named function; an
            array, tensor or Variable; a number, string, slice, Ellipsis or bytes; lists, tuples and
            dicts of these.
        instance: Keras 2's name of `obj`.

    Returns:
        The structure. Tuples become lists, as JSON has none. Outside of a save, a function in an object's config that
        no name leads to stays in it, so that the object can be made again in the same process.

    Raises:
        TypeError: for anything else, with what to do.

    Example:
        >>> from keras_core.saving import serialize_keras_object
        >>> serialize_keras_object({"a": (1, 2.5), "b": [None]})
        {'a': [1, 2.5], 'b': [None]}
    """
    return _serialized(obj)


def _serialized(obj: object) -> Any:
    if type(obj) in _PLAIN:  # most are
        return obj
    if isinstance(obj, np.generic) and obj.dtype.kind in "biuf":
        return obj.item()
    if isinstance(obj, _PLAIN):
        return obj
    if isinstance(obj, (dict, Mapping)) and not hasattr(obj, "get_config"):
        return {_key(key): _serialized(value) for key, value in obj.items()}
    if isinstance(obj, (list, tuple)):
        return [_serialized(item) for item in obj]
    if inspect.isclass(obj):
        raise TypeError(f"Cannot serialize the class {obj.__name__} itself; give an instance of it.")
    if hasattr(obj, "get_config"):
        return _serialize_instance(obj)
    if inspect.isroutine(obj):
        return _serialize_function(obj)
    return plain_values.encode(obj)


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"Cannot serialize a dict with the key {key!r}: keys must be strings.")
    return key


def _serialize_function(function: Any) -> dict[str, Any]:
    name = objects.get_registered_name(function)
    if objects.function_name(function) is None:
        name = _custom_name(name, function)
    return {
        "module": "builtins",
        "class_name": "function",
        "config": name,
        "registered_name": "function",
    }


def is_found_by_name(function: Callable[..., Any]) -> bool:
    """Whether the name in a config is enough to find a function again: one of Keras's own, or a registered one.

    Example:
        >>> from keras_core import ops
        >>> is_found_by_name(ops.square), is_found_by_name(lambda x: x)
        (True, False)
    """
    registered = any(one is function for one in objects.get_custom_objects().values())
    return registered or objects.function_name(function) is not None


def _with_functions(config: Any) -> Any:
    """An object's config as `serialize_keras_object` gives it, but with the functions that no name leads to."""
    if isinstance(config, Mapping) and not hasattr(config, "get_config"):
        return {_key(key): _with_functions(value) for key, value in config.items()}
    if isinstance(config, (list, tuple)):
        return [_with_functions(value) for value in config]
    return config if is_nameless(config) else _serialized(config)


def is_nameless(value: object) -> bool:
    """Whether a config's value is a function that no name leads to."""
    if not callable(value) or inspect.isclass(value) or hasattr(value, "get_config"):
        return False
    return not (inspect.isroutine(value) and is_found_by_name(value))


def _custom_name(name: str, obj: Any) -> str:
    """The name to write for a custom class or function; one that is not registered is noted."""
    scope = current_save()
    if scope is None or objects.get_custom_objects().get(name) is obj:
        return name
    return scope.name_for(name, obj)


def _serialize_instance(obj: Any) -> dict[str, Any]:
    scope = current_save()
    earlier = scope.shared(obj) if scope is not None else None
    if earlier is not None:
        return earlier
    module, class_name, registered_name = _class_fields(type(obj))
    config: dict[str, Any] = {
        "module": module,
        "class_name": class_name,
        "config": (_with_functions if scope is None else _serialized)(_config_of(obj)),
        "registered_name": registered_name,
    }
    _add_state_configs(obj, config)
    if scope is not None and objects.is_a("layer", obj):
        scope.remember(obj, config)
    return config


def _config_of(obj: Any) -> dict[str, Any]:
    try:
        config: dict[str, Any] = obj.get_config()
    except IncompleteConfigError as error:
        scope = current_save()
        if scope is None or not scope.tells:
            raise TypeError(f"{_described(type(obj).__name__, vars(obj))} cannot be serialized: {error}") from error
        scope.incomplete.append(f"{error.class_name}.get_config ({error.lacking})")
        return error.config
    except NotImplementedError as error:
        raise TypeError(
            f"{_described(type(obj).__name__, vars(obj))} cannot be serialized: {error} Define "
            "`get_config()` so that it returns the arguments of `__init__`."
        ) from error
    _check_complete(obj, config)
    return config


def _check_complete(obj: Any, config: Any) -> None:
    """While saving, note a custom class whose `__init__` its own config cannot call."""
    scope = current_save()
    cls = type(obj)
    if scope is None or not isinstance(config, Mapping) or _written_name(cls) is not None:
        return
    if "from_config" in vars(cls):
        return
    try:
        inspect.signature(cls).bind(**config)
    except TypeError as error:
        scope.incomplete.append(f"{cls.__name__}.get_config ({error})")


def _written_name(cls: type) -> tuple[str, str, str | None] | None:
    """What files hold for a built-in class; a save asks once for each class."""
    scope = current_save()
    if scope is None:
        return objects.written_name(cls)
    if cls not in scope.written_names:
        scope.written_names[cls] = objects.written_name(cls)
    return scope.written_names[cls]


def _class_fields(cls: type) -> tuple[str | None, str, str | None]:
    """`module`, `class_name` and `registered_name` of a class."""
    written = _written_name(cls)
    if written is not None:
        return written
    name = _custom_name(objects.get_registered_name(cls), cls)
    return None if cls.__module__ == "__main__" else cls.__module__, cls.__name__, name


def _add_state_configs(obj: Any, config: dict[str, Any]) -> None:
    for key, method in (
        ("build_config", "get_build_config"),
        ("compile_config", "get_compile_config"),
    ):
        if hasattr(obj, method):
            found = getattr(obj, method)()
            if found is not None:
                config[key] = _serialized(found)


# --- from a config --------------------------------------------------------------------------------


@also_named(config="identifier")
def deserialize_keras_object(
    config: object,
    custom_objects: Mapping[str, Any] | None = None,
    safe_mode: bool | Mapping[str, Any] = True,
    *,
    kind: str | None = None,
    module_objects: Mapping[str, Any] | None = None,
    printable_module_name: str = "object",
) -> Any:
    """Turn what `serialize_keras_object` gave back into the object.

    Args:
        config: the structure, or the name of a custom object.
        custom_objects: mapping of names to classes and functions, for this call only.
        safe_mode: accepted; code in a file is never run, whatever is given here. A mapping at this place holds more
            names: Keras 2's order is `(identifier, module_objects, custom_objects)`.
        kind: what is expected ("layer", "optimizer", ...), for configs that do not say where their
            class lives; see `keras_core.objects.lookup`.
        module_objects: more names, as Keras 2 code passes them.
        printable_module_name: accepted for Keras 2 code.
        identifier: Keras 2's name of `config`.

    Returns:
        The object.

    Raises:
        ValueError: for a name that is not in the registry (with all such names of the config), a
            config that its class does not accept, Python bytecode, or too deep nesting.
    """
    third = safe_mode if isinstance(safe_mode, Mapping) else {}
    passed = {**(module_objects or {}), **(custom_objects or {}), **third}
    with loading(passed) as scope, clean_errors():
        if not scope.depth:  # what is inside another object was looked at with it
            check_config(config)
        if isinstance(config, str):
            return passed.get(config, config) if kind is None else objects.instance(kind, config)
        try:
            return _deserialize(config, kind)
        except UnknownNameError as error:
            raise _all_unknown(config, kind, error) from None


class UnknownNameError(DeserializationError):
    """A config names something that is not in the registry."""


@contextmanager
def clean_errors(what: str = "The config cannot be turned into an object") -> Iterator[None]:
    """What a config breaks inside ends in a ValueError.

    Args:
        what: what failed, to begin the message.

    Raises:
        DeserializationError: for any error by which code says that it cannot go on with a value.
    """
    try:
        yield
    except DeserializationError:
        raise
    except ValueError as error:
        raise DeserializationError(str(error)) from error
    except BROKEN as error:
        raise DeserializationError(f"{what}: {reason(error)}") from error


def _deserialize(config: Any, kind: str | None = None) -> Any:
    if isinstance(config, (list, tuple)):
        return [_deserialize(item) for item in config]
    if not isinstance(config, Mapping):
        return config
    if "class_name" not in config or "config" not in config:
        return {key: _deserialize(value) for key, value in config.items()}
    class_name = config["class_name"]
    if not isinstance(class_name, str):
        raise DeserializationError(f"A config's class_name must be a string, got {class_name!r}.")
    if class_name == "__lambda__":
        raise DeserializationError(BYTECODE)
    if class_name.startswith("__"):
        return plain_values.decode(class_name, config["config"])
    if class_name == "function":
        return find_function(config["config"], kind)
    return _deserialize_instance(config, kind)


BYTECODE = (
    "It holds a Python function as bytecode, which is never read, with or without safe_mode. Define the "
    "function in your program and pass it: custom_objects={name: function}."
)


def find_function(name: object, kind: str | None = None) -> Callable[..., Any]:
    """The function that a config names: a custom one, a built-in of that kind, or an op.

    Raises:
        ValueError: when there is none.
    """
    if not isinstance(name, str):
        raise DeserializationError(f"A function must be given by its name, got {type(name).__name__}.")
    found: Callable[..., Any] | None = objects.find_function(name, kind)
    if found is None:
        raise UnknownNameError(
            f"Unknown function '{name}'. Register it with "
            "`@keras.saving.register_keras_serializable()`, or pass it: "
            f"custom_objects={{'{name}': function}}."
        )
    return found


def _deserialize_instance(config: Mapping[str, Any], kind: str | None) -> Any:
    with loading() as scope:
        shared_id = config.get("shared_object_id")
        if isinstance(shared_id, int) and shared_id in scope.shared:
            return scope.shared[shared_id]
        take_steps(what=config["class_name"])
        scope.depth += 1
        try:
            obj = _instance(config, kind)
        finally:
            scope.depth -= 1
        with clean_errors(f"{_PREFIX}{_described(config['class_name'], config['config'])}"):
            _restore_state_configs(obj, config, scope)
        if isinstance(shared_id, int):
            scope.shared[shared_id] = obj
        return obj


def _instance(config: Mapping[str, Any], kind: str | None) -> Any:
    cls = find_class(config, kind)
    if not inspect.isclass(cls) and not hasattr(cls, "from_config"):
        return cls  # a custom function, where Keras 2 wrote a class
    inner = {} if config["config"] is None else config["config"]
    where = _described(config["class_name"], inner)
    if not hasattr(cls, "from_config"):
        raise DeserializationError(f"{where} cannot be rebuilt: its class has no `from_config`.")
    try:
        return cls.from_config(dict(inner) if isinstance(inner, Mapping) else inner)
    except DeserializationError as error:
        if str(error).startswith(_PREFIX):
            raise
        raise type(error)(f"{_PREFIX}{where}: {error}") from error
    except (ValueError, *BROKEN) as error:
        raise DeserializationError(f"{_PREFIX}{where}: {reason(error)}") from error


_PREFIX = "Cannot rebuild "


def reason(error: Exception) -> str:
    """What an error says, with its type where that is half of it."""
    if isinstance(error, KeyError):
        return f"its config lacks {error}."
    return str(error) if isinstance(error, (TypeError, ValueError)) else f"{type(error).__name__}: {error}"


def _described(class_name: str, config: Any) -> str:
    name = config.get("name") if isinstance(config, Mapping) else None
    return f"{class_name} '{name}'" if isinstance(name, str) else class_name


def _restore_state_configs(obj: Any, config: Mapping[str, Any], scope: LoadScope) -> None:
    build_config = config.get("build_config")
    # What is inside another object is built by it, once.
    if build_config and not scope.depth and hasattr(obj, "build_from_config"):
        obj.build_from_config(_deserialize(build_config))
    compile_config = config.get("compile_config")
    if compile_config and hasattr(obj, "compile_from_config"):
        compile_loaded(obj, compile_config)


def compile_loaded(model: Any, compile_config: Mapping[str, Any]) -> None:
    """Compile a model that is being loaded, where the load asks for it and the packages that this needs are there.

    Args:
        model: the model.
        compile_config: what its `compile_from_config` takes.

    Raises:
        ValueError: for names that no package provides.
    """
    with loading() as scope:
        if not scope.compile:
            return
        try:
            model.compile_from_config(compile_config)
        except ValueError:
            missing, unknown = _unresolved(compile_config)
            if unknown or not missing:
                raise
            scope.not_compiled[model.name] = missing


def find_class(config: Mapping[str, Any], kind: str | None = None) -> type:
    """The class that a config names, found in the registry.

    Raises:
        ValueError: when it is not there, with the nearest names.
    """
    class_name, module = config["class_name"], config.get("module")
    for name in (config.get("registered_name"), class_name):
        found: type | None = objects.find_custom(name) if isinstance(name, str) else None
        if found is not None:
            return found
    kinds = objects.kinds_of_module(module) if module is not None else ()
    if module is None and not config.get("registered_name"):
        kinds = (kind,) if kind is not None else tuple(objects.KINDS)
    for candidate in kinds:
        found = objects.find_builtin(candidate, class_name)
        if found is not None:
            return found
    named = kind or next((k for k in kinds if objects.missing_distribution(k, class_name)), next(iter(kinds), None))
    raise UnknownNameError(objects.unknown_message(named, class_name))


def _unresolved(compile_config: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Names in a compile config that are not known: name → missing distribution, and complaints about the others."""
    missing: dict[str, str] = {}
    unknown: list[str] = []
    optimizer = compile_config.get("optimizer")
    if isinstance(optimizer, str):
        missing |= _provided(("optimizer",), optimizer)
    for item in _named_configs(compile_config):
        if complaints := _complaint(item, None):
            provided = _provided(objects.kinds_of_module(item.get("module")), item["class_name"])
            missing |= provided
            unknown += [] if provided else complaints
    return missing, unknown


def _provided(kinds: tuple[str, ...], name: str) -> dict[str, str]:
    """The name and the missing distribution that provides it; empty where it is none of these."""
    found = (objects.missing_distribution(kind, name) for kind in kinds)
    distribution = next(filter(None, found), None)
    return {} if distribution is None else {name: distribution}


def _named_configs(config: Any) -> Iterator[Mapping[str, Any]]:
    """Every config of an object in a nested one, from the outside in."""
    stack = [config]
    while stack:
        item = stack.pop()
        if isinstance(item, Mapping):
            if isinstance(item.get("class_name"), str) and "config" in item:
                yield item
            stack += reversed(list(item.values()))
        elif isinstance(item, (list, tuple)):
            stack += reversed(item)


def _all_unknown(config: Any, kind: str | None, first: UnknownNameError) -> UnknownNameError:
    """One error for all names in the config that the registry does not know."""
    messages: dict[str, None] = {}
    for item in _named_configs(config):
        messages |= dict.fromkeys(_complaint(item, kind if item is config else None))
    if len(messages) < 2:
        return first
    listed = "\n".join(f"  {message}" for message in messages)
    return UnknownNameError(f"The config needs {len(messages)} names that are not known:\n{listed}")


def _complaint(config: Mapping[str, Any], kind: str | None) -> list[str]:
    try:
        if config["class_name"] == "function":
            find_function(config["config"])
        elif not config["class_name"].startswith("__"):
            find_class(config, kind)
    except DeserializationError as error:
        return [str(error)]
    return []
