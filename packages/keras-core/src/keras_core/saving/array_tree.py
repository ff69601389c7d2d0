"""Arrays of a file by their paths, read when they are asked for: what stands for an HDF5 group in other files.

The paths are those of `.weights.h5`: `layers/dense/vars/0`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from keras_core.saving.file_errors import FileFormatError, MissingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np

_DEPTH = 64  # parts of a path


class StoredArray(Protocol):
    """An array in a file, of which shape and size are known, and checked against the file, before it is read."""

    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def nbytes(self) -> int: ...
    def read(self) -> np.ndarray: ...


class ArrayTree:
    """Arrays by their paths, as groups within groups; a mapping from names of arrays to NumPy arrays like `Group`.

    Args:
        file: what the file is called in messages.
        arrays: path → array.
        labels: path of a group → name of the layer that it belongs to, where the file says so. Defaults to None.
        place: what the paths of this group begin with. Defaults to "", for the root.

    Raises:
        ValueError: for paths that no tree has: empty parts, too many of them, or an array and a group of one name.

    Example:
        >>> from types import SimpleNamespace
        >>> tree = ArrayTree("w.npz", {"layers/dense/vars/0": SimpleNamespace(shape=(2, 3), nbytes=24)})
        >>> tree.group("layers/dense/vars").shape("0")
        (2, 3)
    """

    reads_arrays = True  # that nothing else refers to, or that cannot be written into

    def __init__(
        self,
        file: str,
        arrays: Mapping[str, StoredArray],
        labels: Mapping[str, str] | None = None,
        place: str = "",
    ) -> None:
        self.file = file
        self._place = place
        self._arrays: dict[str, StoredArray] = {}
        self._label = (labels or {}).get(place.rstrip("/"))
        inner: dict[str, dict[str, StoredArray]] = {}
        for path, array in arrays.items():
            first, slash, rest = path.partition("/")
            if not first or path.count("/") > _DEPTH or first in (self._arrays if slash else inner):
                raise FileFormatError(f"The file '{file}' is refused: '{place}{path[:200]}' is no name of an array.")
            if slash:
                inner.setdefault(first, {})[rest] = array
            else:
                self._arrays[first] = array
        self._groups = {name: ArrayTree(file, below, labels, f"{place}{name}/") for name, below in inner.items()}

    def __len__(self) -> int:
        return len(self._arrays) + len(self._groups)

    def __iter__(self) -> Iterator[str]:
        yield from self._arrays
        yield from self._groups

    def keys(self) -> list[str]:
        return list(self)

    def __contains__(self, name: str) -> bool:
        return name in self._arrays or name in self._groups

    def address(self) -> int:
        """A number that no other group has."""
        return id(self)

    def label(self) -> str | None:
        """The name of the layer that the group belongs to; None where the file does not say."""
        return self._label

    def group(self, path: str) -> ArrayTree | None:
        """The group at a path below this one; None when there is none."""
        first, _, rest = path.strip("/").partition("/")
        found = self._groups.get(first)
        return found.group(rest) if found is not None and rest else found

    def groups(self) -> list[tuple[str, ArrayTree]]:
        """The groups directly below this one."""
        return list(self._groups.items())

    def shape(self, name: str) -> tuple[int, ...]:
        """Shape of an array, without reading it."""
        return self._array(name).shape

    def nbytes(self, name: str) -> int:
        """Bytes that the array takes in memory."""
        return self._array(name).nbytes

    def __getitem__(self, name: str) -> np.ndarray:
        """An array."""
        return self._array(name).read()

    def _array(self, name: str) -> StoredArray:
        found = self._arrays.get(name)
        if found is None:
            raise MissingError(f"The file '{self.file}' has no array '{self._place}{name}'.")
        return found
