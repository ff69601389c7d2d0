"""Where a model is saved to or loaded from: a path, an open binary file, bytes, or a group of an open HDF5 file.

Formats know paths alone. What comes from elsewhere goes through a temporary file, whose name no message shows.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keras_core.saving.atomic import refuse_overwriting, replacing
from keras_core.saving.file_checks import copy_stream
from keras_core.saving.file_errors import FileFormatError
from keras_core.saving.formats import installed
from keras_core.saving.hdf5_group import Group
from keras_core.saving.hdf5_strings import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.typing import FileLike


class PathPlace:
    """A path.

    Args:
        name: the path.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    @contextmanager
    def writing(self, overwrite: bool) -> Iterator[Path]:
        """A new file's path, which takes the place of the old file at the end."""
        refuse_overwriting(self.name, overwrite)
        with replacing(self.name) as temporary:
            yield temporary

    @contextmanager
    def reading(self) -> Iterator[str]:
        """The path of the file."""
        yield self.name


class StreamPlace:
    """An open binary file, or bytes.

    Args:
        stream: the open file.
        name: what to call it in messages; the name of the file by default.
    """

    def __init__(self, stream: Any, name: str | None = None) -> None:
        own = getattr(stream, "name", None)
        self.name = name or (own if isinstance(own, str) else f"<{type(stream).__name__}>")
        self._stream = stream
        if isinstance(stream, io.TextIOBase):
            raise TypeError(f"The file '{self.name}' is open as text; open it in binary mode: 'wb' or 'rb'.")

    @contextmanager
    def writing(self, overwrite: bool) -> Iterator[Path]:
        """A new file's path, whose content is written to the open file at the end."""
        del overwrite  # what is there already is up to who opened it
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "file")
            yield path
            with open(path, "rb") as written:
                copy_stream(written, self._stream)

    @contextmanager
    def reading(self) -> Iterator[str]:
        """The path of a file with what is left in the open one."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "file")
            with open(path, "wb") as copied:
                copy_stream(self._stream, copied)
            if not path.stat().st_size:
                raise FileFormatError(f"There is nothing to read in '{self.name}'; is it at its end? Use seek(0).")
            yield str(path)


class GroupPlace:
    """A group of an HDF5 file that is open.

    Args:
        group: the `h5py.Group` or `h5py.File`.
    """

    def __init__(self, group: Any) -> None:
        if not group:
            raise ValueError("The HDF5 file is closed; open it again.")
        self._group = group
        self.name = os.fsdecode(group.file.filename)

    @contextmanager
    def writing(self, overwrite: bool) -> Iterator[Path]:
        """A new HDF5 file's path, whose content is copied into the group at the end."""
        self._check_free(overwrite)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "file.h5")
            yield path
            self._fill(path)

    def _check_free(self, overwrite: bool) -> None:
        names = [*self._group, *self._group.attrs]
        if names and not (overwrite and self._holds_a_model()):
            raise ValueError(
                f"The group '{self._group.name}' of '{self.name}' is not empty: it has {', '.join(names[:5])}"
                f"{', ...' if len(names) > 5 else ''}. Save to a group of its own: file.create_group('model')."
            )

    def _holds_a_model(self) -> bool:
        """Whether what is in the group was saved by Keras, in any layout."""
        marks = {mark for spec in installed() if spec.container == "hdf5" for mark in spec.marks}
        return any(mark in self._group or mark in self._group.attrs for mark in marks)

    def _fill(self, path: Path) -> None:
        import h5py

        for name in list(self._group):
            del self._group[name]
        for name in list(self._group.attrs):
            del self._group.attrs[name]
        with h5py.File(path, "r", locking=False) as written:
            for name in written:
                written.copy(name, self._group, name)
            for name, value in written.attrs.items():
                self._group.attrs[name] = value

    def read(self) -> Group:
        """The group, checked like that of a file."""
        return checked_group(self._group)


def checked_group(group: Any) -> Group:
    """A group of an open HDF5 file as readers get it: links, types and sizes are checked before anything is read.

    Args:
        group: the `h5py.Group`.
    """
    file = group.file
    if file.mode != "r":
        file.flush()
    name = os.fsdecode(file.filename)
    return Group(group, Source(name, int(file.id.get_filesize()), name if os.path.isfile(name) else None))


Place = PathPlace | StreamPlace | GroupPlace


def target_of(given: FileLike, method: str) -> Place:
    """The place to save to.

    Args:
        given: a path, an open binary file, or an `h5py.Group`.
        method: what saves, for the message.

    Raises:
        TypeError: for something else, and a file that is open as text.
    """
    found = _path_or_group(given)
    if found is not None:
        return found
    if callable(getattr(given, "write", None)):
        return StreamPlace(given)
    raise _refused(given, method, "a path, an open binary file or an h5py.Group")


def source_of(given: FileLike, method: str) -> Place:
    """The place to load from.

    Args:
        given: a path, bytes, an open binary file, or an `h5py.Group`.
        method: what loads, for the message.

    Raises:
        TypeError: for something else, and a file that is open as text.
    """
    found = _path_or_group(given)
    if found is not None:
        return found
    if isinstance(given, (bytes, bytearray, memoryview)):
        return StreamPlace(io.BytesIO(given), f"<{len(bytes(given)):,} bytes>")
    if callable(getattr(given, "read", None)):
        return StreamPlace(given)
    raise _refused(given, method, "a path, bytes, an open binary file or an h5py.Group")


def _path_or_group(given: FileLike) -> Place | None:
    if isinstance(given, (str, os.PathLike)):
        return PathPlace(os.fsdecode(given))
    h5py = sys.modules.get("h5py")
    return GroupPlace(given) if h5py is not None and isinstance(given, h5py.Group) else None


def _refused(given: object, method: str, wanted: str) -> TypeError:
    return TypeError(f"{method}() takes {wanted}, got {given!r:.100} of type {type(given).__name__}.")
