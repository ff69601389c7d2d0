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
import struct
import zipfile
import zlib
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, BinaryIO, NamedTuple

from keras_core import dtypes
from keras_core.config.loading_limits import MAX_DEPTH, loading_limits, too_many, with_weights
from keras_core.saving.file_errors import DamagedError, MissingError
from keras_core.saving.file_errors import FileFormatError as FileFormatError
from keras_core.saving.file_part import FilePart
from keras_core.saving.hdf5_strings import Source as Source

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1 << 20
_MEMBERS = 10_000
_EXPANSION = 100  # how many times its stored size packed content may have,
_FREE_BYTES = 64 * MIB  # unless it is smaller than this
_HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
CHUNK = 4 * MIB
AT_ONCE = 16 * MIB  # members of archives up to this size are opened, and put together, in memory
# What the libraries of zip and HDF5 raise for files that are damaged.
_DAMAGES = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


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
def opened(path: str | os.PathLike[str], container: str, name: str | None = None) -> Iterator[Any]:
    """Open a file for the reader of its format.

    Args:
        path: the file.
        container: "zip" gives its `Archive`, "hdf5" its root `Group`, "file" the open binary file.
        name: what to call it in messages; the path by default.

    Raises:
        FileNotFoundError: when there is no such file.
        ValueError: when it is a folder, empty, damaged, or not what the container says.
    """
    if container == "zip":
        with Archive(path, name) as archive:
            yield archive
    elif container == "hdf5":
        with open_hdf5(path, name) as root:
            yield root
    else:
        checked_size(path)
        with open(path, "rb") as file:
            if name is not None:
                vars(file.raw)["name"] = name  # what the attribute `name` of the open file gives
            yield file


# --- zip archives ---------------------------------------------------------------------------------


class Archive:
    """A zip archive whose members are read into memory, each under a byte budget, or opened where they lie.

    Args:
        path: the file.
        name: what to call it in messages; the path by default.

    Raises:
        ValueError: when it is empty, truncated, no zip archive, or has a member that is not allowed.
    """

    def __init__(self, path: str | os.PathLike[str], name: str | None = None) -> None:
        self.name = name or os.fspath(path)
        head = head_of(path)
        self._file = open(path, "rb")  # noqa: SIM115  # which __exit__ closes
        try:
            self._zip = zipfile.ZipFile(self._file)
            self._members = _checked_members(self._zip.infolist(), self.name)
        except FileFormatError:
            self._file.close()
            raise
        except _DAMAGES as error:
            self._file.close()
            raise FileFormatError(_not_a_zip(self.name, head)) from error

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *error: object) -> None:
        self._zip.close()
        self._file.close()

    def __contains__(self, member: str) -> bool:
        return member in self._members

    def below(self, prefix: str) -> list[str]:
        """The names of the members that begin with a prefix, folders left out.

        Raises:
            ValueError: when they would take far more memory together than the file has.
        """
        found = [info for name, info in self._members.items() if name.startswith(prefix) and not info.is_dir()]
        limit = max(_FREE_BYTES, _EXPANSION * sum(info.compress_size for info in found))
        total = sum(info.file_size for info in found)
        if total > limit:
            raise FileFormatError(
                f"What '{self.name}' has in '{prefix}' would have {total:,} bytes, more than the {limit:,} that it may."
            )
        return [info.filename for info in found]

    def read(self, member: str, budget: int | None = None) -> bytes:
        """The content of a member.

        Args:
            member: its name.
            budget: the most bytes it may have.

        Raises:
            ValueError: when it is missing, damaged or too large.
        """
        return b"".join(self._parts(self._allowed(member, budget)))

    @contextmanager
    def hdf5(self, member: str) -> Iterator[Group]:
        """Open a member that is an HDF5 file, as its checked root group; one that is not packed is read where it lies.

        Args:
            member: its name.

        Raises:
            ValueError: when it is missing, damaged, too large or no HDF5 file.
        """
        info = self._allowed(member)
        stored = info.compress_type == zipfile.ZIP_STORED and info.compress_size == info.file_size
        source: bytes | FilePart
        if stored and info.file_size > AT_ONCE:
            for _ in self._parts(info):  # its size and checksum are right, or this raises
                pass
            source = FilePart(self._file, self._start(info), info.file_size)
        else:
            source = b"".join(self._parts(info))
        with open_hdf5(source, f"{self.name} ({member})") as root:
            yield root

    def _start(self, info: zipfile.ZipInfo) -> int:
        """Where the content of a member begins, whose header was found to be right."""
        self._file.seek(info.header_offset)
        name, extra = struct.unpack("<26xHH", self._file.read(30))
        return info.header_offset + 30 + int(name) + int(extra)

    def _allowed(self, member: str, budget: int | None = None) -> zipfile.ZipInfo:
        """What the archive says of a member, if it may be read."""
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
        return info

    def size(self, member: str) -> int:
        """The bytes that a member says it has.

        Args:
            member: its name.
        """
        return self._members[member].file_size

    def begin(self, member: str, count: int) -> bytes:
        """The first bytes of a member.

        Args:
            member: its name.
            count: how many; fewer where it has fewer.

        Raises:
            ValueError: when it is damaged.
        """
        try:
            with self._zip.open(self._members[member]) as file:
                return file.read(count)
        except _DAMAGES as error:
            raise FileFormatError(
                f"The archive '{self.name}' is damaged: '{member}' cannot be read ({error})."
            ) from error

    def _parts(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """The content of a member, piece by piece; at the end its size and checksum have been compared."""
        left = info.file_size
        try:
            with self._zip.open(info) as file:
                while left > 0 and (part := file.read(min(CHUNK, left))):
                    left -= len(part)
                    yield part
                if left == 0 and file.read(1):
                    left = -1
        except _DAMAGES as error:
            raise FileFormatError(
                f"The archive '{self.name}' is damaged: '{info.filename}' cannot be read ({error})."
            ) from error
        if left:
            raise FileFormatError(
                f"The archive '{self.name}' is damaged: '{info.filename}' has not the size it states."
            )


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
    """Read JSON under a budget of bytes, lists and depth; see `keras_core.config.set_loading_limits`.

    Args:
        text: the JSON.
        what: what it is, for messages: "config.json in 'model.keras'".

    Raises:
        ValueError: when it is too large, too deep or no JSON.
    """
    limits = loading_limits()
    if len(text) > limits.config_bytes:
        raise FileFormatError(str(too_many(what, "bytes", "config_bytes", limits.config_bytes)))
    try:
        text = text.decode("utf-8") if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{what} is no valid JSON: it is not text in UTF-8.") from error
    _check_brackets(text, what, limits.config_lists)
    try:
        return json.loads(text)
    except (ValueError, RecursionError, MemoryError) as error:
        raise FileFormatError(f"{what} is no valid JSON: {error}.") from error


# A string (its end may be missing), or one bracket.
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)


def _check_brackets(text: str, what: str, most: int) -> None:
    """Refuse more lists and dicts than the limit, or deeper nesting, by the brackets outside strings."""
    depth = count = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        token = found.group()
        if token in ("[", "{"):
            depth += 1
            count += 1
            if depth > MAX_DEPTH:
                raise FileFormatError(f"{what} is nested more than {MAX_DEPTH} levels deep.")
            if count > most:
                raise FileFormatError(str(too_many(what, "lists and dicts", "config_lists", most)))
        elif token in ("]", "}"):
            depth -= 1


# --- HDF5 -----------------------------------------------------------------------------------------


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
    if head != _HDF5_MAGIC:
        what = "a zip archive, perhaps a .keras model" if head.startswith(b"PK") else "something else"
        raise FileFormatError(f"'{label}' is no HDF5 file but {what}.")
    try:
        file = _open_hdf5(opened)
    except BlockingIOError as error:
        raise FileFormatError(f"The HDF5 file '{label}' is open for writing by another program.") from error
    except _DAMAGES as error:
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
        except _DAMAGES as error:
            raise DamagedError(
                f"The HDF5 file '{self._source.name}' is truncated or damaged: {self._place(name)} cannot be read "
                f"({type(error).__name__}: {str(error)[:200]})."
            ) from error

    def _place(self, name: str) -> str:
        """The path of something in the group, for messages."""
        try:
            return f"{self._group.name.rstrip('/')}/{name}"
        except _DAMAGES:
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
            value = array.dataset[()]
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
        limit = max(_FREE_BYTES, _EXPANSION * stored) if layout.get_layout() == h5py.h5d.CHUNKED else stored
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


def _is_group(item: Any) -> bool:
    import h5py

    return isinstance(item, h5py.Group)


def copy_stream(source: BinaryIO, target: IO[bytes]) -> None:
    """Copy what is left of one open file into another, piece by piece."""
    while part := source.read(CHUNK):
        target.write(part)
