"""The one place where files are opened for loading, with every check that they must pass.

Files are passed around like documents. So nothing here believes what a file says of itself: names of
archive members, sizes, shapes and links are checked, members are read one by one under a byte budget,
and nothing is ever extracted to a folder or run.
"""

from __future__ import annotations

import io
import json
import math
import os
import re
import stat
import zipfile
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from keras_core import dtypes
from keras_core.saving.serialization import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1 << 20
JSON_BYTES = 512 * MIB  # an architecture has far less, unless arrays stand in it
_MEMBERS = 10_000
_EXPANSION = 100  # how many times its stored size packed content may have,
_FREE_BYTES = 64 * MIB  # unless it is smaller than this
_HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
_CHUNK = 4 * MIB


class FileFormatError(ValueError):
    """A file that is empty, truncated, of another format or version, or not allowed; it says which."""


def checked_size(path: str | os.PathLike[str]) -> int:
    """Bytes of an existing, non-empty file.

    Raises:
        FileNotFoundError: when there is no such file.
        ValueError: when it is a folder or empty.
    """
    name = os.fspath(path)
    if not os.path.exists(name):
        raise FileNotFoundError(f"There is no file '{name}'.")
    if os.path.isdir(name):
        raise FileFormatError(f"'{name}' is a folder, and a file is needed.")
    size = os.path.getsize(name)
    if size == 0:
        raise FileFormatError(f"The file '{name}' is empty.")
    return size


def head_of(path: str | os.PathLike[str]) -> bytes:
    """The first bytes of a file, by which formats are told apart.

    Raises:
        FileNotFoundError: when there is no such file.
        ValueError: when it is a folder or empty.
    """
    checked_size(path)
    with open(path, "rb") as file:
        return file.read(16)


def content_of(head: bytes) -> str:
    """What the first bytes of a file say that it is, to follow its name in a message; empty where they do not."""
    kinds = {_HDF5_MAGIC: ", which is an HDF5 file", b"PK\x03\x04": ", which is a zip archive"}
    return next((text for magic, text in kinds.items() if head.startswith(magic)), "")


@contextmanager
def opened(path: str | os.PathLike[str], container: str) -> Iterator[Any]:
    """Open a file for the reader of its format.

    Args:
        path: the file.
        container: "zip" gives its `Archive`, "hdf5" its root `Group`, "file" the open binary file.

    Raises:
        FileNotFoundError: when there is no such file.
        ValueError: when it is a folder, empty, damaged, or not what the container says.
    """
    if container == "zip":
        with Archive(path) as archive:
            yield archive
    elif container == "hdf5":
        with open_hdf5(path) as root:
            yield root
    else:
        checked_size(path)
        with open(path, "rb") as file:
            yield file


# --- zip archives ---------------------------------------------------------------------------------


class Archive:
    """A zip archive whose members are read into memory, each under a byte budget.

    Args:
        path: the file.

    Raises:
        ValueError: when it is empty, truncated, no zip archive, or has a member that is not allowed.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.name = os.fspath(path)
        head = head_of(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise FileFormatError(_not_a_zip(self.name, head)) from error
        try:
            self._members = _checked_members(self._zip.infolist(), self.name)
        except FileFormatError:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *error: object) -> None:
        self._zip.close()

    def __contains__(self, member: str) -> bool:
        return member in self._members

    def read(self, member: str, budget: int | None = None) -> bytes:
        """The content of a member.

        Args:
            member: its name.
            budget: the most bytes it may have.

        Raises:
            ValueError: when it is missing, damaged or too large.
        """
        info = self._members.get(member)
        if info is None:
            raise FileFormatError(f"The archive '{self.name}' has no '{member}', so it is no Keras model file.")
        limit = max(_FREE_BYTES, _EXPANSION * info.compress_size)
        limit = limit if budget is None else min(limit, budget)
        if info.file_size > limit:
            raise FileFormatError(
                f"'{member}' in '{self.name}' would have {info.file_size:,} bytes, more than the "
                f"{limit:,} that it may have."
            )
        return self._read(info)

    def _read(self, info: zipfile.ZipInfo) -> bytes:
        parts, left = [], info.file_size
        try:
            with self._zip.open(info) as file:
                while left > 0 and (part := file.read(min(_CHUNK, left))):
                    parts.append(part)
                    left -= len(part)
                if left == 0 and file.read(1):
                    left = -1
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise FileFormatError(
                f"The archive '{self.name}' is damaged: '{info.filename}' cannot be read ({error})."
            ) from error
        if left:
            raise FileFormatError(
                f"The archive '{self.name}' is damaged: '{info.filename}' has not the size it states."
            )
        return b"".join(parts)


def _not_a_zip(name: str, head: bytes) -> str:
    if head.startswith(_HDF5_MAGIC):
        return (
            f"'{name}' is an HDF5 file and no .keras archive. If it holds weights, make the model and "
            "call model.load_weights(); a whole model must be saved as '.keras'."
        )
    if head.startswith(b"PK"):
        return f"The archive '{name}' is truncated or damaged: its list of members is missing."
    return f"'{name}' is no .keras file: it is not a zip archive."


def _checked_members(infos: list[zipfile.ZipInfo], archive: str) -> dict[str, zipfile.ZipInfo]:
    if len(infos) > _MEMBERS:
        raise FileFormatError(f"The archive '{archive}' has {len(infos)} members, over {_MEMBERS}.")
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        problem = _problem_of(info, members)
        if problem:
            raise FileFormatError(f"The archive '{archive}' is refused: '{info.filename}' {problem}.")
        members[info.filename] = info
    return members


def _problem_of(info: zipfile.ZipInfo, earlier: dict[str, zipfile.ZipInfo]) -> str | None:
    name = info.orig_filename
    parts = name.replace("\\", "/").rstrip("/").split("/")
    if not is_plain_path(name) or any(part in ("", ".") for part in parts):
        return "is no plain relative name"
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a special file"
    if info.filename in earlier:
        return "occurs twice"
    if info.flag_bits & 1:
        return "is encrypted"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed in a way that is not supported"
    return None


def is_plain_path(name: str) -> bool:
    """Whether a name stays inside the folder it is joined to.

    Example:
        >>> is_plain_path("assets/words.txt"), is_plain_path("../x"), is_plain_path("C:/x")
        (True, False, False)
    """
    if not name or "\\" in name or "\0" in name or ":" in name or name.startswith(("/", "~")):
        return False
    return ".." not in name.split("/")


# --- JSON -----------------------------------------------------------------------------------------


def parse_json(text: bytes | str, what: str) -> Any:
    """Read JSON under a budget of bytes and depth.

    Args:
        text: the JSON.
        what: what it is, for messages: "config.json in 'model.keras'".

    Raises:
        ValueError: when it is too large, too deep or no JSON.
    """
    if len(text) > JSON_BYTES:
        raise FileFormatError(f"{what} has more than {JSON_BYTES:,} bytes.")
    try:
        text = text.decode("utf-8") if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{what} is no valid JSON: it is not text in UTF-8.") from error
    if _depth(text) > MAX_DEPTH:
        raise FileFormatError(f"{what} is nested more than {MAX_DEPTH} levels deep.")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileFormatError(f"{what} is no valid JSON: {error}.") from error


# A string (its end may be missing), or one bracket.
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)


def _depth(text: str) -> int:
    """The deepest nesting of brackets outside strings; stops just past the limit."""
    depth = deepest = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        token = found.group()
        if token in ("[", "{"):
            depth += 1
            deepest = max(deepest, depth)
            if deepest > MAX_DEPTH:
                break
        elif token in ("]", "}"):
            depth -= 1
    return deepest


# --- HDF5 -----------------------------------------------------------------------------------------


@contextmanager
def open_hdf5(source: str | os.PathLike[str] | bytes, name: str | None = None) -> Iterator[Group]:
    """Open an HDF5 file for reading, as its checked root group.

    Args:
        source: a path, or the file's content.
        name: what to call it in messages; the path by default.

    Raises:
        ValueError: when it is empty, truncated or no HDF5 file.
    """
    import h5py

    if isinstance(source, bytes):
        label, size, head = name or "weights", len(source), source[:8]
        opened: Any = io.BytesIO(source)
    else:
        label, size = os.fspath(source), checked_size(source)
        with open(source, "rb") as file:
            head = file.read(8)
        opened = os.fspath(source)
    if not size:
        raise FileFormatError(f"'{label}' is empty.")
    if head != _HDF5_MAGIC:
        what = "a zip archive, perhaps a .keras model" if head.startswith(b"PK") else "something else"
        raise FileFormatError(f"'{label}' is no HDF5 file but {what}.")
    try:
        file = h5py.File(opened, "r")
    except (OSError, ValueError, RuntimeError) as error:
        raise FileFormatError(f"The HDF5 file '{label}' is truncated or damaged: {error}.") from error
    with file:
        yield Group(file, label, size)


class Group:
    """A group of an HDF5 file: only hard links, plain arrays, and no more bytes than the file has.

    It is a mapping from names of arrays to NumPy arrays, which is what `load_own_variables` gets.
    """

    def __init__(self, group: Any, file: str, size: int) -> None:
        self._group = group
        self._file = file
        self._size = size

    def __len__(self) -> int:
        return len(self._group)

    def __iter__(self) -> Iterator[str]:
        return iter(self._group)

    def keys(self) -> list[str]:
        return list(self._group)

    def __contains__(self, name: str) -> bool:
        return name in self._group

    @property
    def address(self) -> int:
        """Where the group lies in the file: groups that are the same have the same."""
        import h5py

        return int(h5py.h5o.get_info(self._group.id).addr)

    def label(self) -> str | None:
        """The attribute `name`, by which Keras says which layer a group belongs to."""
        try:
            value = self._group.attrs.get("name")
        except (OSError, TypeError, ValueError):
            return None
        value = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        return value if isinstance(value, str) else None

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
            found = Group(item, self._file, self._size)
        return found

    def groups(self) -> list[tuple[str, Group]]:
        """The groups directly below this one."""
        pairs = [(name, self._member(name)) for name in self._group]
        return [(name, Group(i, self._file, self._size)) for name, i in pairs if _is_group(i)]

    def shape(self, name: str) -> tuple[int, ...]:
        """Shape of an array, checked against the file's size, without reading it."""
        return tuple(self._dataset(name).shape)

    def nbytes(self, name: str) -> int:
        """Bytes that the array takes in memory."""
        dataset = self._dataset(name)
        return math.prod(self.shape(name)) * int(dataset.dtype.itemsize)

    def __getitem__(self, name: str) -> Any:
        """An array, checked against the file's size before memory is taken."""
        dataset = self._dataset(name)
        try:
            value = dataset[()]
        except (OSError, RuntimeError) as error:
            raise FileFormatError(
                f"The HDF5 file '{self._file}' is truncated or damaged: {dataset.name} cannot be read ({error})."
            ) from error
        if dataset.dtype.kind == "V":
            value = value.view(dtypes.numpy_dtype("bfloat16"))
        return value

    def _member(self, name: str) -> Any:
        import h5py

        link = None if "/" in name else self._group.get(name, getlink=True)
        if link is None:
            return None
        if not isinstance(link, h5py.HardLink):
            raise self._refused(name, "is a link to another place or file, which is not allowed")
        return self._group[name]

    def _dataset(self, name: str) -> Any:
        import h5py

        item = self._member(name)
        if item is None:
            raise KeyError(f"{self._group.name}/{name} in '{self._file}'")
        if not isinstance(item, h5py.Dataset):
            raise self._refused(name, "is no array")
        if item.external or item.is_virtual:
            raise self._refused(name, "keeps its content in other files, which is not allowed")
        self._check_type(item, name)
        self._check_size(item, name)
        return item

    def _check_type(self, dataset: Any, name: str) -> None:
        dtype = dataset.dtype
        brain_float = dtype.kind == "V" and dtype.itemsize == 2 and dtype.names is None
        if dataset.shape is None or not (dtype.kind in "biufc" or brain_float) or dtype.subdtype:
            raise self._refused(name, f"holds no plain numbers but {dtype}")

    def _check_size(self, dataset: Any, name: str) -> None:
        declared = math.prod(dataset.shape) * dataset.dtype.itemsize
        stored = dataset.id.get_storage_size()
        if dataset.chunks is None:
            limit = min(stored, self._size)
        else:
            limit = max(_FREE_BYTES, _EXPANSION * min(stored, self._size))
        if declared > limit:
            raise self._refused(
                name, f"claims {declared:,} bytes, and the file holds {min(stored, self._size):,} for it"
            )

    def _refused(self, name: str, why: str) -> FileFormatError:
        place = f"{self._group.name.rstrip('/')}/{name}"
        return FileFormatError(f"The HDF5 file '{self._file}' is refused: {place} {why}.")


def _is_group(item: Any) -> bool:
    import h5py

    return isinstance(item, h5py.Group)


def copy_stream(source: BinaryIO, target: IO[bytes]) -> None:
    """Copy what is left of one open file into another, piece by piece."""
    while part := source.read(_CHUNK):
        target.write(part)
