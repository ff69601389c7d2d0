"""`keras diff`: what differs between two files."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.saving import file_content

from keras_cli.loading import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from keras_core.saving import FileContent
    from keras_core.typing import PathLike

_NOTHING = object()


@dataclass(frozen=True)
class Comparison:
    """What differs between two files.

    Attributes:
        config: place in the configuration → the two values, "(none)" where one has nothing there.
        arrays: path of an array → how it differs.
        compared: how many arrays both have.
    """

    config: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    arrays: dict[str, str] = field(default_factory=dict)
    compared: int = 0

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.config and not self.arrays

    def as_json(self) -> dict[str, Any]:
        """The same of JSON's types."""
        return {"same": self.same, **asdict(self)}


def compare(first: PathLike, second: PathLike, modules: Sequence[str] = (), tolerance: float = 0.0) -> Comparison:
    """Compare configurations and arrays of two files.

    Files of one format are compared as they are, and nothing of them is made. Of two formats, both are loaded and their
    weights compared in the order of the models, as each format has paths of its own.

    Args:
        first: the path of a file.
        second: the path of another.
        modules: Python modules that define custom classes, for files of two formats.
        tolerance: by how much numbers may differ. Defaults to 0.

    Returns:
        What differs.

    Raises:
        FileNotFoundError: when one is missing.
        ValueError: for a file that is refused, and for weights alone in two formats.

    Example:
        >>> import tempfile, keras_core
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("one", "two"):
        ...         keras_core.Sequential([keras_core.Input((2,), name="x")], name=name).save(f"{folder}/{name}.keras")
        ...     compare(f"{folder}/one.keras", f"{folder}/two.keras").config
        {'config.name': ('one', 'two')}
    """
    with file_content(first) as one, file_content(second) as two:
        assert one.spec is not None and two.spec is not None
        if one.spec.reader == two.spec.reader or (one.config is None) != (two.config is None):
            return Comparison(_configs_differ(one, two), *_arrays_differ(_stored(one), _stored(two), tolerance))
        if one.config is None:
            raise ValueError(
                f"'{first}' and '{second}' hold weights in two formats, {one.spec.name} and {two.spec.name}, whose "
                "arrays have other names. Convert one of them first: keras convert."
            )
    made = [load(file, modules, compile=False) for file in (first, second)]
    weights: list[dict[str, np.ndarray]] = [
        {f"{number}: {weight.path}": weight.numpy() for number, weight in enumerate(model.weights)} for model in made
    ]
    return Comparison({}, *_arrays_differ(weights[0], weights[1], tolerance))


def _stored(content: FileContent) -> dict[str, Any]:
    return {one.path: one for one in content.arrays()}


def _arrays_differ(one: Mapping[str, Any], two: Mapping[str, Any], tolerance: float) -> tuple[dict[str, str], int]:
    found = {}
    for path in dict.fromkeys([*one, *two]):
        if path not in two or path not in one:
            found[path] = (
                f"only in the {'first' if path in one else 'second'}, of shape {(one.get(path) or two[path]).shape}"
            )
        elif (why := _difference(one[path], two[path], tolerance)) is not None:
            found[path] = why
    return found, len(one.keys() & two.keys())


def _difference(one: Any, two: Any, tolerance: float) -> str | None:
    if tuple(one.shape) != tuple(two.shape):
        return f"shapes {tuple(one.shape)} and {tuple(two.shape)}"
    a, b = (array if isinstance(array, np.ndarray) else array.read() for array in (one, two))
    if a.dtype != b.dtype:
        return f"dtypes {a.dtype} and {b.dtype}"
    wide = np.complex128 if np.iscomplexobj(a) else np.float64
    a, b = a.astype(wide), b.astype(wide)
    same = (np.abs(a - b) <= tolerance) | (a == b) | (np.isnan(a) & np.isnan(b))
    if same.all():
        return None
    largest = np.max(np.abs(a - b)[~same])
    return f"{np.count_nonzero(~same):,} of {a.size:,} numbers, by {largest:.3g} at most"


def _configs_differ(one: FileContent, two: FileContent) -> dict[str, tuple[Any, Any]]:
    flat = [dict(_flat(content.config, "")) for content in (one, two)]
    pairs = {place: (flat[0].get(place, _NOTHING), flat[1].get(place, _NOTHING)) for place in flat[0] | flat[1]}
    return {
        place: (_shown(a), _shown(b)) for place, (a, b) in pairs.items() if a is _NOTHING or b is _NOTHING or a != b
    }


def _shown(value: Any) -> Any:
    return "(none)" if value is _NOTHING else value


def _flat(config: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Every value in a configuration with where it is; layers in lists by their names."""
    stack = [(place, config)]
    while stack:
        place, item = stack.pop()
        if isinstance(item, dict) and item:
            stack += [(f"{place}.{key}".lstrip("."), item[key]) for key in reversed(list(item))]
        elif isinstance(item, list) and item:
            stack += [(f"{place}[{_label(one, i)}]", one) for i, one in reversed(list(enumerate(item)))]
        else:
            yield place, item


def _label(item: Any, number: int) -> str:
    inner = item.get("config") if isinstance(item, dict) else None
    name = inner.get("name") if isinstance(inner, dict) and "class_name" in item else None
    return name if isinstance(name, str) else str(number)
