"""Ops called on symbolic tensors, as a functional model's config holds them.

Keras 3 writes an op as an object with the arguments that are no tensors in its config, and the tensors
in the call. Only ops of the op table can be named.
"""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keras_core.graph.keras_tensor import Node, any_symbolic
from keras_core.graph.operation import Operation
from keras_core.naming import snake_case
from keras_core.ops.table import TABLE
from keras_core.saving.serialization import (
    DeserializationError,
    UnknownNameError,
    deserialize_keras_object,
    serialize_keras_object,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MODULES = ("keras.src.ops.", "keras.ops", "keras_core.ops")


@functools.cache
def _table() -> dict[str, Any]:
    import keras_core.ops.all_families  # noqa: F401  (fills the table)

    return {_plain(name): op for name, op in TABLE.items()}


@functools.cache
def _classes() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("op_classes.toml").read_text("utf-8"))


@functools.cache
def _places() -> dict[str, tuple[str, str]]:
    """Op name → module and class in files."""
    modules = {module: names for module, names in _classes().items() if module != "calls"}
    return {_plain(name): (f"keras.src.ops.{module}", name) for module, names in modules.items() for name in names}


def _call_names(op: Any, class_name: str) -> list[str]:
    """Names of the arguments that stand in the call; those of the others are in the config."""
    return list(_classes()["calls"].get(class_name, op.tensors))


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def op_name(node: Node) -> str:
    """What the name of a node begins with that calls an op or an `Operation`.

    Raises:
        TypeError: for a node that is no op of the table, such as a symbolic gradient.
    """
    if isinstance(node.operation, Operation):
        return node.operation.name
    op = getattr(node.operation, "op", None)
    if op is None:
        called = getattr(node.operation, "__name__", type(node.operation).__name__)
        raise TypeError(
            f"The model uses {called!r} on symbolic tensors, which a file cannot hold. Put it into the "
            "`call` of a layer, or a keras.Operation, of your own."
        )
    return snake_case(_places().get(_plain(op.name), ("", op.name))[1])


def encode(node: Node, name: str) -> tuple[dict[str, Any], list[Any], dict[str, Any]]:
    """module, class_name, config and registered_name of an op's call, and the arguments that stand in the call."""
    if isinstance(node.operation, Operation):
        return serialize_keras_object(node.operation), list(node.args), node.kwargs
    op = node.operation.op
    module, class_name = _places().get(_plain(op.name), ("keras_core.ops", op.name))
    names = _call_names(op, class_name)
    given = dict(zip(op.signature.parameters, node.args, strict=False)) | node.kwargs
    config: dict[str, Any] = {"name": name}
    for key, value in given.items():
        if key not in names and value is not op.signature.parameters[key].default:
            if any_symbolic(value):
                raise TypeError(
                    f"The model calls {op.name}() with a symbolic {key!r}, which a file cannot hold. "
                    "Put it into the `call` of a layer of your own."
                )
            config[key] = serialize_keras_object(value)
    head = {"module": module, "class_name": class_name, "config": config}
    args = [given.get(key, op.signature.parameters[key].default) for key in names]
    while len(args) > 1 and names[len(args) - 1] not in given:
        args.pop()
    return {**head, "registered_name": class_name}, args, {}


def is_op_entry(entry: Mapping[str, Any]) -> bool:
    """Whether an entry of a config's list of layers is an op."""
    return str(entry.get("module")).startswith(_MODULES)


def decode(entry: Mapping[str, Any]) -> Callable[..., Any]:
    """The function of tensors that an entry describes.

    Raises:
        ValueError: for an op that is not in the table.
    """
    op = _table().get(_plain(entry["class_name"]))
    if op is None:
        raise UnknownNameError(f"Unknown op '{entry['class_name']}', called '{entry.get('name')}'.")
    fixed = {
        key: _tuples(deserialize_keras_object(value))
        for key, value in (entry.get("config") or {}).items()
        if key in op.signature.parameters
    }

    names = _call_names(op, entry["class_name"])

    def call(*args: Any, **kwargs: Any) -> Any:
        given = dict(zip(names, map(_as_argument, args), strict=False))
        if not any_symbolic([given, kwargs]):  # it would be computed now, whatever size it asks for
            raise DeserializationError(f"The op '{entry.get('name')}' ({op.name}) is called on no tensor of the model.")
        return op.public(**{**fixed, **given, **kwargs})

    return call


def _as_argument(value: Any) -> Any:
    """Lists of tensors stay lists; other lists were tuples before they were written."""
    return value if any_symbolic(value) else _tuples(value)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
