"""`keras inspect`: what a file says of itself, read without making or running anything of it."""

from __future__ import annotations

import importlib.metadata
import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from keras_core.naming import snake_case
from keras_core.saving import file_content, needed_objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.saving import FileContent
    from keras_core.typing import PathLike

_DEPTH = 32  # models within models


@dataclass(frozen=True)
class LayerRow:
    """A layer of a model in a file.

    Attributes:
        name: its name.
        class_name: its class.
        depth: in how many models it is, less one.
        input_shape: the shape that it was built for, as far as the file says.
        parameters: how many numbers the file has for it, those of the layers in it included.
    """

    name: str
    class_name: str
    depth: int = 0
    input_shape: Any = None
    parameters: int = 0


@dataclass(frozen=True)
class ArrayRow:
    """An array in a file.

    Attributes:
        path: where it is.
        layer: the name of the layer that has it.
        shape: its shape.
        bytes: what it takes in memory.
    """

    path: str
    layer: str
    shape: tuple[int, ...]
    bytes: int


@dataclass(frozen=True)
class Inspection:
    """What a file holds.

    Attributes:
        file: its path.
        format: the format's name.
        holds: "model" or "weights".
        origin: who wrote it, and when.
        name: the model's name.
        class_name: the model's class.
        layers: its layers, those of models in it below their model.
        arrays: all arrays.
        parameters: how many numbers the model has.
        bytes: what these take in memory.
        state_bytes: what the optimizer's state takes.
        training: what it was compiled with, as names.
        assets: files that layers have put into it.
        needs: distribution → its installed version, or None.
        custom: names of classes and functions that a program must supply.
    """

    file: str
    format: str
    holds: str
    origin: dict[str, str]
    name: str | None = None
    class_name: str | None = None
    layers: list[LayerRow] = field(default_factory=list)
    arrays: list[ArrayRow] = field(default_factory=list)
    parameters: int = 0
    bytes: int = 0
    state_bytes: int = 0
    training: dict[str, Any] = field(default_factory=dict)
    assets: list[str] = field(default_factory=list)
    needs: dict[str, str | None] = field(default_factory=dict)
    custom: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The same of JSON's types."""
        return asdict(self)


def inspect_file(file: PathLike) -> Inspection:
    """Look into a file of a model or of weights; nothing of it is made, imported or run.

    Args:
        file: its path.

    Returns:
        What it holds.

    Raises:
        FileNotFoundError: when there is no such file.
        ValueError: when it is damaged, refused or of no format that is installed.

    Example:
        >>> import tempfile, keras_core
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     keras_core.Sequential([keras_core.Input((2,))], name="empty").save(f"{folder}/empty.keras")
        ...     found = inspect_file(f"{folder}/empty.keras")
        >>> found.name, found.class_name, found.parameters
        ('empty', 'Sequential', 0)
    """
    with file_content(file) as content:
        spec = content.spec
        assert spec is not None
        arrays = [ArrayRow(one.path, one.layer, one.shape, one.nbytes) for one in content.arrays()]
        model = content.config if isinstance(content.config, dict) else {}
        weights = [row for row in arrays if not _is_state(row.path)]
        needed = needed_objects([content.config, content.training])
        return Inspection(
            file=str(file),
            format=spec.name,
            holds=spec.holds,
            origin=content.origin,
            name=_name(model),
            class_name=_text(model.get("class_name")),
            layers=list(_layers(content, weights)),
            arrays=arrays,
            parameters=_count(weights),
            bytes=sum(row.bytes for row in weights),
            state_bytes=sum(row.bytes for row in arrays if row.path.startswith("optimizer")),
            training=_training(content.training),
            assets=list(content.assets),
            needs={name: _version(name) for name in needed if name is not None},
            custom=needed.get(None, []),
        )


def _is_state(path: str) -> bool:
    """Whether an array is no weight: what an optimizer or a random generator keeps."""
    return path.startswith("optimizer") or "seed_generator" in path


def _count(rows: list[ArrayRow]) -> int:
    return sum(math.prod(row.shape) for row in rows)


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _inner(config: dict[str, Any]) -> dict[str, Any] | list[Any]:
    """What a configuration has under "config": a mapping, or a list in old files of Sequential models."""
    inner = config.get("config")
    return inner if isinstance(inner, (dict, list)) else {}


def _name(config: dict[str, Any]) -> str | None:
    inner = _inner(config)
    return _text(config.get("name")) or (_text(inner.get("name")) if isinstance(inner, dict) else None)


def _layer_configs(config: dict[str, Any]) -> list[dict[str, Any]]:
    """The configurations of a model's layers; none for what is no model."""
    inner = _inner(config)
    listed = inner if isinstance(inner, list) else inner.get("layers")
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


@dataclass(frozen=True)
class _Place:
    """A layer's configuration, and where files have its arrays.

    Attributes:
        config: the configuration.
        depth: in how many models it is, less one.
        path: its place in files of Keras 3: class names in lists called `layers`, numbered.
        names: its place in files of Keras 2: its name, after those of the models that it is in.
    """

    config: dict[str, Any]
    depth: int = -1
    path: str = ""
    names: str = ""

    def inner(self) -> list[_Place]:
        """The layers of a model."""
        used: dict[str, int] = {}
        found = []
        for config in _layer_configs(self.config) if self.depth < _DEPTH else []:
            name = snake_case(_text(config.get("class_name")) or "")
            number = used.get(name, -1) + 1
            used[name] = number
            path = f"{self.path}layers/{name}_{number}/" if number else f"{self.path}layers/{name}/"
            found.append(_Place(config, self.depth + 1, path, f"{self.names}{_name(config)}/"))
        return found


def _layers(content: FileContent, weights: list[ArrayRow]) -> Iterator[LayerRow]:
    """Rows for all layers, models in models followed by theirs."""
    stack = _Place(content.config).inner()[::-1] if isinstance(content.config, dict) else []
    below = _count_below(weights)
    while stack:
        place = stack.pop()
        class_name = _text(place.config.get("class_name")) or "?"
        own = below.get(place.path) or below.get(place.names, 0)
        yield LayerRow(_name(place.config) or "", class_name, place.depth, _input_shape(place.config), own)
        stack += place.inner()[::-1]


def _count_below(rows: list[ArrayRow]) -> dict[str, int]:
    """How many numbers the arrays have whose paths begin with a group's, for each group that can be a layer's."""
    found: dict[str, int] = {}
    for row in rows:
        start = ""
        for part in row.path.split("/")[:-1][: 4 * _DEPTH]:
            start += f"{part}/"
            found[start] = found.get(start, 0) + math.prod(row.shape)
    return found


def _input_shape(config: dict[str, Any]) -> Any:
    inner, built = _inner(config), config.get("build_config")
    for place in (built, inner):
        for key in ("input_shape", "batch_shape", "batch_input_shape"):
            if isinstance(place, dict) and place.get(key) is not None:
                return place[key]
    return None


def _training(config: Any) -> dict[str, Any]:
    """Optimizer, loss and metrics by their names."""
    if not isinstance(config, dict):
        return {}
    optimizer = config.get("optimizer", config.get("optimizer_config"))
    parts = {"optimizer": optimizer, "loss": config.get("loss"), "metrics": config.get("metrics")}
    return {key: _named(value) for key, value in parts.items() if value}


def _named(value: Any) -> Any:
    if isinstance(value, dict):
        if isinstance(value.get("class_name"), str):
            name = value["config"] if value["class_name"] == "function" else value["class_name"]
            return str(name).rpartition(">")[2]
        return {key: _named(one) for key, one in value.items()}
    return [_named(one) for one in value] if isinstance(value, list) else value
