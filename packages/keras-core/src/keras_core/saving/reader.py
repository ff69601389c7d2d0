"""Where files are opened for loading, with every check that they must pass; `hdf5_group.py` has those of HDF5 files.

Files are passed around like documents. So nothing here believes what a file says of itself: names of
archive members, sizes, shapes and links are checked, members are read one by one under a byte budget,
and nothing is ever extracted to a folder or run.
"""

from __future__ import annotations

import json
import os
import re
import stat
import struct
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.backend.toolkit.storage import aligned_array
from keras_core.config.loading_limits import MAX_DEPTH, loading_limits, too_many
from keras_core.saving.file_checks import CHUNK, DAMAGES, EXPANSION, FREE_BYTES, HDF5_MAGIC, MIB, checked_size, head_of
from keras_core.saving.file_errors import FileFormatError
from keras_core.saving.file_part import FilePart
from keras_core.saving.hdf5_group import Group, open_hdf5

if TYPE_CHECKING:
    from collections.abc import Iterator

_MEMBERS = 10_000
AT_ONCE = 16 * MIB  # members of archives up to this size are opened, and put together, in memory


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
        except DAMAGES as error:
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
        limit = max(FREE_BYTES, EXPANSION * sum(info.compress_size for info in found))
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

    def array(self, member: str) -> np.ndarray:
        """The content of a member as an array of bytes, aligned for the numbers in it.

        Args:
            member: its name.

        Raises:
            ValueError: when it is missing, damaged or too large.
        """
        info = self._allowed(member)
        content, place = aligned_array((info.file_size,), "uint8"), 0
        for part in self._parts(info):
            content[place : place + len(part)] = np.frombuffer(part, "uint8")
            place += len(part)
        return content

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
        limit = max(FREE_BYTES, EXPANSION * info.compress_size)
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
        except DAMAGES as error:
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
        except DAMAGES as error:
            raise FileFormatError(
                f"The archive '{self.name}' is damaged: '{info.filename}' cannot be read ({error})."
            ) from error
        if left:
            raise FileFormatError(
                f"The archive '{self.name}' is damaged: '{info.filename}' has not the size it states."
            )


def _not_a_zip(name: str, head: bytes) -> str:
    if head.startswith(HDF5_MAGIC):
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
