"""HDF5 files, opened with every check that they must pass: `open_hdf5` gives the root `Group`.

What a file says of itself is not believed: links, shapes, types and sizes are checked before an array is read.
"""

from __future__ import annotations

import io
import math
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from keras_core import dtypes
from keras_core.backend.toolkit.storage import aligned_array
from keras_core.config.loading_limits import with_weights
from keras_core.saving.file_checks import DAMAGES, EXPANSION, FREE_BYTES, HDF5_MAGIC, checked_size
from keras_core.saving.file_errors import DamagedError, FileFormatError, MissingError
from keras_core.saving.file_part import FilePart
from keras_core.saving.hdf5_strings import Source

if TYPE_CHECKING:
    from collections.abc import Iterator


_ALIGNED_FROM = 2**16
"""Bytes of an array; smaller ones are read faster than they are aligned."""


@contextmanager
def open_hdf5(source: str | os.PathLike[str] | bytes | FilePart, name: str | None = None) -> Iterator[Group]:
    """Open an HDF5 file for reading, as its checked root group.

    Args:
        source: a path, the file's content, or the part of another file that it is.
        name: what to call it in messages; the path by default.

    Raises:
        ValueError: when it is empty, truncated or no HDF5 file.
    """
    content: str | bytes | FilePart
    if isinstance(source, bytes):
        label, size, head, content = name or "weights", len(source), source[:8], source
        opened: Any = io.BytesIO(source)
    elif isinstance(source, FilePart):
        label, size, head, content = name or "weights", source.size, source.read(8), source
        opened = source
    else:
        label, size = name or os.fspath(source), checked_size(source)
        with open(source, "rb") as file:
            head = file.read(8)
        opened = content = os.fspath(source)
    if not size:
        raise FileFormatError(f"'{label}' is empty.")
    if head != HDF5_MAGIC:
        what = "a zip archive, perhaps a .keras model" if head.startswith(b"PK") else "something else"
        raise FileFormatError(f"'{label}' is no HDF5 file but {what}.")
    try:
        file = _open_hdf5(opened)
    except BlockingIOError as error:
        raise FileFormatError(f"The HDF5 file '{label}' is open for writing by another program.") from error
    except DAMAGES as error:
        raise FileFormatError(f"The HDF5 file '{label}' is truncated or damaged: {error}.") from error
    with file:
        yield Group(file, Source(label, size, content, {}))


def _open_hdf5(opened: Any) -> Any:
    """The `h5py.File`; where the file system knows no locks, without one."""
    import h5py

    try:
        return h5py.File(opened, "r")
    except BlockingIOError:
        raise
    except OSError as error:
        if "unable to lock file" not in str(error):
            raise
        return h5py.File(opened, "r", locking=False)


class Group:
    """A group of an HDF5 file: only hard links, plain arrays, and no more bytes than the file has.

    It is a mapping from names of arrays to NumPy arrays, which is what `load_own_variables` gets.

    Args:
        group: the `h5py.Group`.
        source: the file that it is in.
        path: the group's path below the first one that was opened. Defaults to "".
    """

    reads_arrays = True  # that nothing else refers to

    def __init__(self, group: Any, source: Source, path: str = "") -> None:
        self._group = group
        self._source = source
        self._path = path

    def __len__(self) -> int:
        with self._reading():
            return len(self._group)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def keys(self) -> list[str]:
        with self._reading():
            return list(self._group)

    def __contains__(self, name: str) -> bool:
        with self._reading(name):
            return name in self._group

    def address(self, name: str = ".") -> int:
        """Where the group, or what is in it, lies in the file: what is the same has the same."""
        import h5py

        with self._reading(name):
            return int(h5py.h5o.get_info(self._group.id, name.encode()).addr)

    @contextmanager
    def _reading(self, name: str = "") -> Iterator[None]:
        """Turn what the library of HDF5 raises for a damaged file into one error that names the place."""
        try:
            yield
        except FileFormatError:
            raise
        except DAMAGES as error:
            raise DamagedError(
                f"The HDF5 file '{self._source.name}' is truncated or damaged: {self._place(name)} cannot be read "
                f"({type(error).__name__}: {str(error)[:200]})."
            ) from error

    def _place(self, name: str) -> str:
        """The path of something in the group, for messages."""
        try:
            return f"{self._group.name.rstrip('/')}/{name}"
        except DAMAGES:
            return name

    @property
    def file(self) -> str:
        """What the file is called in messages."""
        return self._source.name

    def label(self) -> str | None:
        """The attribute `name`, by which Keras says which layer a group belongs to."""
        try:
            return self.text("name")
        except DamagedError:
            raise
        except FileFormatError:  # it is no text
            return None

    def has_attribute(self, name: str) -> bool:
        """Whether the group has an attribute of that name."""
        with self._reading(f"@{name}"):
            return name in self._group.attrs

    def text(self, name: str) -> str | None:
        """A string among the attributes; None when there is none of that name.

        Raises:
            ValueError: when it is something else, or larger than the file.
        """
        found = self._strings(name)
        if isinstance(found, list):
            raise self._refused(f"@{name}", f"holds {len(found)} values instead of one string")
        return found

    def texts(self, name: str) -> list[str] | None:
        """A list of strings among the attributes, which may be split over `name0`, `name1`, ...; None without any.

        Raises:
            ValueError: when it is something else, or larger than the file.
        """
        if self.has_attribute(name):
            found = self._strings(name)
            return [found] if isinstance(found, str) else found
        parts: list[str] = []
        number = 0
        while self.has_attribute(f"{name}{number}"):
            part = self._strings(f"{name}{number}")
            parts += [part] if isinstance(part, str) else part or []
            number += 1
        return parts if number else None

    def _strings(self, name: str) -> str | list[str] | None:
        if not self.has_attribute(name):
            return None
        with self._reading(f"@{name}"):
            self._check_attribute(name)
            value = self._group.attrs[name]
        values = list(value) if hasattr(value, "shape") and value.shape else [value]
        texts = [one.decode("utf-8", "replace") if isinstance(one, bytes) else one for one in values]
        if not all(isinstance(one, str) for one in texts):
            raise self._refused(f"@{name}", "holds no text")
        return texts if hasattr(value, "shape") and value.shape else texts[0]

    def _check_attribute(self, name: str) -> None:
        """Refuse an attribute that says it is larger than the file, before it is read."""
        import h5py

        attribute = self._group.attrs.get_id(name)
        count = math.prod(attribute.shape or ())
        text = h5py.check_string_dtype(attribute.dtype)
        if text is None and count:
            raise self._refused(f"@{name}", f"holds no text but {attribute.dtype}")
        shared = text is not None and text.length is None
        if shared:
            header = h5py.h5o.get_info(self._group.id)
            self._source.check_strings(name, int(header.addr), int(header.hdr.space.total), count)
        least = count * attribute.dtype.itemsize
        if least > self._source.size:
            raise self._refused(f"@{name}", f"says that it holds {count:,} strings, too many for a file of that size")

    def group(self, path: str) -> Group | None:
        """The group at a path below this one; None when there is none.

        Raises:
            ValueError: when a link on the way leads elsewhere.
        """
        found = self
        for part in filter(None, path.split("/")):
            item = found._member(part)
            if item is None:
                return None
            if not _is_group(item):
                raise self._refused(path, "is an array, and a group is expected")
            found = found._below(part, item)
        return found

    def _below(self, name: str, item: Any) -> Group:
        return Group(item, self._source, f"{self._path}/{name}")

    def groups(self) -> list[tuple[str, Group]]:
        """The groups directly below this one."""
        pairs = [(name, self._member(name)) for name in self]
        return [(name, self._below(name, item)) for name, item in pairs if _is_group(item)]

    def shape(self, name: str) -> tuple[int, ...]:
        """Shape of an array, checked against the file's size, without reading it."""
        return self._dataset(name).shape

    def nbytes(self, name: str) -> int:
        """Bytes that the array takes in memory."""
        return self._dataset(name).nbytes

    def __getitem__(self, name: str) -> Any:
        """An array, checked against the file's size before memory is taken."""
        array = self._dataset(name)
        with self._reading(name):
            value = _read(array)
            return value.view(dtypes.numpy_dtype("bfloat16")) if array.dtype.kind == "V" else value

    def stored_bytes(self) -> int:
        """Bytes that the arrays of numbers in and below this group take in memory, each counted once."""
        total, seen, stack = 0, {self.address()}, [self]
        while stack:
            group = stack.pop()
            inner = dict(group.groups())
            for name in group:
                with suppress(FileFormatError):  # which reading it will raise
                    place = group.address(name)
                    if place in seen:
                        continue
                    seen.add(place)
                    if name in inner:
                        stack.append(inner[name])
                    else:
                        total += group.nbytes(name)
        return total

    @contextmanager
    def limiting_variables(self) -> Iterator[None]:
        """Inside, new variables may not take much more memory than the arrays of this group."""
        with with_weights(self.stored_bytes()):
            yield

    def locate(self, path: str) -> tuple[Group, str]:
        """The group that holds the array at a path below this one, and the array's name there.

        Raises:
            KeyError: when there is none.
            ValueError: when a link on the way leads elsewhere.
        """
        above, _, name = path.strip("/").rpartition("/")
        group = self.group(above)
        if group is None or name not in group:
            raise MissingError(f"The HDF5 file '{self._source.name}' has no {self._place(path)}.")
        return group, name

    def _member(self, name: str) -> Any:
        """What has a name in the group: a group, a dataset, or the `_StoredArray` that it is; or None."""
        known = self._source.members
        if known is not None and (self._path, name) in known:
            return known[self._path, name]
        found = self._found(name)
        if known is not None:
            known[self._path, name] = found
        return found

    def _found(self, name: str) -> Any:
        import h5py

        with self._reading(name):
            if "/" in name or name in ("", ".") or name not in self._group:
                return None
            if self._group.id.links.get_info(name.encode()).type != h5py.h5l.TYPE_HARD:
                raise self._refused(name, "is a link to another place or file, which is not allowed")
            return self._group[name]

    def _dataset(self, name: str) -> _StoredArray:
        import h5py

        item = self._member(name)
        if item is None:
            raise MissingError(f"The HDF5 file '{self._source.name}' has no {self._place(name)}.")
        if isinstance(item, _StoredArray):
            return item
        if not isinstance(item, h5py.Dataset):
            raise self._refused(name, "is no array")
        with self._reading(name):
            found = self._checked(item, name)
        if self._source.members is not None:
            self._source.members[self._path, name] = found
        return found

    def _checked(self, dataset: Any, name: str) -> _StoredArray:
        import h5py

        layout = dataset.id.get_create_plist()
        if layout.get_external_count() or layout.get_layout() == h5py.h5d.VIRTUAL:
            raise self._refused(name, "keeps its content in other files, which is not allowed")
        shape, dtype = dataset.shape, dataset.dtype
        brain_float = dtype.kind == "V" and dtype.itemsize == 2 and dtype.names is None
        if shape is None or not (dtype.kind in "biufc" or brain_float) or dtype.subdtype:
            raise self._refused(name, f"holds no plain numbers but {dtype}")
        declared = math.prod(shape) * dtype.itemsize
        stored = min(dataset.id.get_storage_size(), self._source.size)
        limit = max(FREE_BYTES, EXPANSION * stored) if layout.get_layout() == h5py.h5d.CHUNKED else stored
        if declared > limit:
            raise self._refused(name, f"claims {declared:,} bytes, and the file holds {stored:,} for it")
        return _StoredArray(dataset, tuple(shape), dtype, declared)

    def _refused(self, name: str, why: str) -> FileFormatError:
        return FileFormatError(f"The HDF5 file '{self._source.name}' is refused: {self._place(name)} {why}.")


class _StoredArray(NamedTuple):
    """An array of an HDF5 file that was checked."""

    dataset: Any
    shape: tuple[int, ...]
    dtype: Any
    nbytes: int


def _read(array: _StoredArray) -> Any:
    """The numbers, large ones in memory that a variable can have."""
    if array.nbytes < _ALIGNED_FROM:
        return array.dataset[()]
    from h5py import h5s

    numbers = aligned_array(array.shape, array.dtype)
    array.dataset.id.read(h5s.ALL, h5s.ALL, numbers)
    return numbers


def _is_group(item: Any) -> bool:
    import h5py

    return isinstance(item, h5py.Group)
