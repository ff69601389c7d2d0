"""A model's architecture as YAML, which Keras 2 wrote and read.

Nothing but plain values is read: no object of Python that the text names is made; Keras 2's tuples become lists.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from keras_core.saving import FileFormatError, model_from_config, model_to_json, parse_json

if TYPE_CHECKING:
    from keras_core import Model

TEXT_BYTES = 16 << 20
VALUES = 1_000_000  # what aliases stand for counts each time
_DEPTH = 200
_WHAT = "The model's YAML"


def model_to_yaml(model: Model, **kwargs: Any) -> str:
    """The architecture of a model as YAML, without weights and training state: `Model.to_yaml`.

    Args:
        model: the model.
        **kwargs: for `yaml.safe_dump`.

    Raises:
        ModuleNotFoundError: without PyYAML.
    """
    text: str = _yaml().safe_dump(json.loads(model_to_json(model)), **{"sort_keys": False, **kwargs})
    return text


def model_from_yaml(yaml_string: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """A model with new weights from what `to_yaml()` gave, also Keras 2's.

    Args:
        yaml_string: the YAML.
        custom_objects: custom classes and functions by name. Defaults to None.

    Raises:
        ModuleNotFoundError: without PyYAML.
        ValueError: when it is no YAML, too large or too deep, asks for an object of Python, or names something unknown.
    """
    config = parse_json(json.dumps(_plain(yaml_string)), _WHAT)
    return model_from_config(config, custom_objects)


def _plain(text: str) -> Any:
    """The values that a text stands for, of JSON's types alone."""
    yaml = _yaml()
    if not isinstance(text, str) or len(text) > TEXT_BYTES:
        raise FileFormatError(f"{_WHAT} must be a text of at most {TEXT_BYTES:,} letters.")
    try:
        _check_depth(yaml, text)
        loader = _loader(yaml)(text)
        try:
            node = loader.get_single_node()
            _check_values(yaml, node)
            value = loader.construct_document(node) if node is not None else None
        finally:
            loader.dispose()
        return json.loads(json.dumps(value))
    except FileFormatError:
        raise
    except (yaml.YAMLError, ValueError, TypeError, OverflowError, RecursionError, AttributeError) as error:
        raise FileFormatError(f"{_WHAT} cannot be read: {str(error)[:500]}") from error


def _check_depth(yaml: Any, text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            depth -= 1
        if depth > _DEPTH:
            raise FileFormatError(f"{_WHAT} is nested more than {_DEPTH} levels deep.")


def _check_values(yaml: Any, root: Any) -> None:
    """Refuse aliases that stand for themselves, or for far more values together than the text has."""
    sizes: dict[int, int | None] = {}

    def size(node: Any) -> int:
        found = sizes.get(id(node), -1)
        if found is None:
            raise FileFormatError(f"{_WHAT} is refused: an alias stands for what it is in.")
        if found >= 0:
            return found
        sizes[id(node)] = None
        total = 1
        if isinstance(node, yaml.SequenceNode):
            total += sum(map(size, node.value))
        elif isinstance(node, yaml.MappingNode):
            total += sum(size(key) + size(value) for key, value in node.value)
        if total > VALUES:
            raise FileFormatError(f"{_WHAT} is refused: with its aliases it stands for over {VALUES:,} values.")
        sizes[id(node)] = total
        return total

    if root is not None:
        size(root)


def _loader(yaml: Any) -> Any:
    """The safe loader, which also takes the tuples and strings of Python that Keras 2 wrote."""

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        pass

    for kind, construct in (
        ("tuple", lambda loader, node: loader.construct_sequence(node, deep=True)),
        ("str", lambda loader, node: loader.construct_scalar(node)),
        ("unicode", lambda loader, node: loader.construct_scalar(node)),
    ):
        Loader.add_constructor(f"tag:yaml.org,2002:python/{kind}", construct)
    return Loader


def _yaml() -> Any:
    try:
        import yaml
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "Architectures as YAML need PyYAML: pip install pyyaml. to_json() needs nothing.", name="yaml"
        ) from error
    return yaml
