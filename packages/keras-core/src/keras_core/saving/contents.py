"""What a file of a model or of weights says of itself, without a model being made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.saving.formats import FormatSpec
    from keras_core.saving.weights import Stored


class StoredWeight:
    """An array of a file, which is read when it is asked for.

    Args:
        path: where it lies in the file: the names of groups and its own.
        layer: the name of the layer that it belongs to, as far as the file says.
        group: the group that has it.
        name: its name there.
    """

    def __init__(self, path: str, layer: str, group: Stored, name: str) -> None:
        self.path = path
        self.layer = layer
        self._group = group
        self._name = name

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""
        return self._group.shape(self._name)

    @property
    def nbytes(self) -> int:
        """Bytes that it takes in memory."""
        return self._group.nbytes(self._name)

    def read(self) -> np.ndarray:
        """The array.

        Raises:
            ValueError: when the file is damaged there.
        """
        return np.asarray(self._group[self._name])


@dataclass(frozen=True)
class FileContent:
    """What is in an open file.

    Attributes:
        origin: who wrote it and when, as far as the file says: "keras_version", "date_saved", "backend".
        config: the configuration of the model, of JSON's types; None where the file has none.
        training: what the model was compiled with; None where it was not.
        weights: the root of its arrays; None where it has none.
        assets: the names of files that layers have put into it.
        spec: the file's format.
    """

    origin: dict[str, str] = field(default_factory=dict)
    config: Any = None
    training: Any = None
    weights: Stored | None = None
    assets: tuple[str, ...] = ()
    spec: FormatSpec | None = None

    def arrays(self) -> Iterator[StoredWeight]:
        """All arrays of the file, each once, in the order of their paths.

        Raises:
            ValueError: for links, and arrays that are none.
        """
        if self.weights is None:
            return
        seen: set[int] = set()
        stack: list[tuple[str, str, Stored]] = [("", "", self.weights)]
        while stack:
            path, layer, group = stack.pop()
            if group.address() in seen:
                continue
            seen.add(group.address())
            layer = group.label() or layer or path.split("/")[0]
            inner: dict[str, Stored] = dict(group.groups())
            for name in sorted(set(group) - inner.keys(), key=_by_number):
                yield StoredWeight(f"{path}/{name}".lstrip("/"), layer, group, name)
            stack += [(f"{path}/{name}".lstrip("/"), layer, inner[name]) for name in sorted(inner, reverse=True)]


def _by_number(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdecimal() else (0, name)
