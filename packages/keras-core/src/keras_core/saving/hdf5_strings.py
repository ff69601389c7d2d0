"""Strings of any length in HDF5 files, checked before the library of HDF5 reads them.

They lie in heaps: ``GCOL``, version, size, then entries of a number, 6 bytes, a size and the bytes. Where a string
stands, in the header of an object, the file has its length, the place of its heap, and the number of its entry. The
library believes the length, and goes round for ever where an entry of a heap has no size.
"""

from __future__ import annotations

import functools
import math
import mmap
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from keras_core.saving.file_errors import DamagedError, FileFormatError
from keras_core.saving.file_part import FilePart, MappedPart

if TYPE_CHECKING:
    from collections.abc import Iterator

    Content: TypeAlias = bytes | mmap.mmap | MappedPart

_HEAP = b"GCOL\1"
_ANY_LENGTH = 9  # the class of types whose values have any length
_SHARED_BYTES = 1 << 30  # what the strings of one attribute may have, where several can share their bytes


class Source:
    """An open HDF5 file, by what bounds its content.

    Args:
        name: what to call it in messages.
        size: its bytes.
        content: the path where it lies, its bytes, or the part of a file that it is; None where none is known.
        members: what was found and checked in the file, by group and name; None where the file may change.
    """

    def __init__(
        self,
        name: str,
        size: int,
        content: str | bytes | FilePart | None,
        members: dict[tuple[str, str], Any] | None = None,
    ) -> None:
        self.name = name
        self.members = members
        self.size = size
        self._content = content
        self._passed: set[str] = set()  # names of attributes that were looked at, all over the file

    def check_strings(self, name: str, start: int, size: int, count: int) -> None:
        """Refuse strings of an attribute that would take more memory than the file has, or cannot be read.

        Args:
            name: the attribute's name.
            start: where the header of the object begins that has the attribute.
            size: the bytes of all parts of that header.
            count: how many strings it has, which may all be the same bytes of the file.

        Raises:
            ValueError: for too many, a length that no heap has, and a heap whose entries do not fill it.
        """
        largest = max(self._heaps.values(), default=0) if self._content is not None else self.size
        if count > 1 and count * min(self.size, largest) > _SHARED_BYTES:
            raise FileFormatError(
                f"The HDF5 file '{self.name}' is refused: an attribute says that it holds {count:,} strings, too many "
                "for a file of that size."
            )
        if self._content is not None:
            with self._bytes() as content:
                if content[start : start + 1] == b"\1":
                    self._check_lengths(content, start, size)
                if name not in self._passed:
                    self._check_attributes(content, name.encode())
        self._passed.add(name)

    @contextmanager
    def _bytes(self) -> Iterator[Content]:
        if isinstance(self._content, bytes):
            yield self._content
            return
        if isinstance(self._content, FilePart):
            with self._content.mapped() as part:
                yield part
            return
        assert self._content is not None
        with open(self._content, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            yield content

    @functools.cached_property
    def _heaps(self) -> dict[int, int]:
        """Where the heaps of the file begin, and their sizes."""
        if self._content is None:
            return {}
        with self._bytes() as content:
            return dict(self._walk(content))

    def _walk(self, content: Content) -> Iterator[tuple[int, int]]:
        start = content.find(_HEAP)
        while start >= 0:
            size = _number(content, start + 8)
            place, end = start + 16, start + size
            while end - place >= 16:
                entry = _number(content, place + 8)
                if content[place : place + 2] != b"\0\0":  # else it is what is left, with these 16 bytes
                    entry = 16 + -(-entry // 8) * 8
                if not 16 <= entry <= end - place or end > len(content):
                    raise self._damaged(f"the heap of strings at byte {start:,} has an entry of a size that cannot be")
                place += entry
            yield start, size
            start = content.find(_HEAP, start + 1)

    def _check_lengths(self, content: Content, start: int, size: int) -> None:
        """Look for references to heaps in the header of an object, which may go on elsewhere.

        In headers of version 1, which h5py writes unless told otherwise, everything begins at multiples of 8 bytes,
        and so the place of a heap, after a length of 4 bytes, does not.
        """
        parts, seen = [(start, size)], {start}
        while parts:
            start, length = parts.pop()
            part = content[start : start + length]
            words = np.frombuffer(part, "<u4", len(part) // 8 * 2).astype("u8")
            places = words[1:-1:2] + (words[2::2] << np.uint64(32))
            for at in np.flatnonzero(np.isin(places, np.fromiter(self._heaps, "u8"))).tolist():
                if words[2 * at] > self._heaps[int(places[at])]:
                    raise self._damaged(f"a string at byte {start + 8 * at:,} says it is longer than its heap")
            numbers = words[::2] + (words[1::2] << np.uint64(32))
            for begin, more in zip(numbers[:-1].tolist(), numbers[1:].tolist(), strict=True):
                if 0 < more <= size and 0 < begin <= len(content) - more and begin not in seen:
                    seen.add(begin)
                    parts.append((begin, more))

    def _check_attributes(self, content: Content, name: bytes) -> None:
        """Look at all attributes of a name in the file: those of objects with a header of version 2 lie anywhere.

        An attribute is its version, flags, the sizes of its name, type and shape, then these three and its values. The
        library takes memory for a length before it looks for the heap, which need not be there.
        """
        largest = max(self._heaps.values(), default=0)
        place = content.find(name + b"\0")
        while place >= 0:
            for version, before, step in ((1, 8, 8), (2, 8, 1), (3, 9, 1)):
                sizes = [_number(content, at, 2) for at in range(place - before + 2, place - before + 8, 2)]
                if place >= before and content[place - before] == version and sizes[0] == len(name) + 1:
                    kind = content[place + -(-sizes[0] // step) * step]
                    elsewhere = version > 1 and content[place - before + 1] & 1  # the type is written in another place
                    if kind & 15 != _ANY_LENGTH and not elsewhere:
                        continue
                    values = place + sum(-(-one // step) * step for one in sizes)
                    part = content[values : values + 16 * _count(content, values - -(-sizes[2] // step) * step)]
                    lengths = np.frombuffer(part, "<u4", len(part) // 16 * 4)[::4]
                    if lengths.size and lengths.max() > largest:
                        raise self._damaged(f"a string at byte {values:,} says it is longer than its heap")
            place = content.find(name + b"\0", place + 1)

    def _damaged(self, why: str) -> DamagedError:
        return DamagedError(f"The HDF5 file '{self.name}' is truncated or damaged: {why}.")


def _number(content: Content, place: int, size: int = 8) -> int:
    return int.from_bytes(content[place : place + size], "little")


def _count(content: Content, place: int) -> int:
    """How many values there are by the shape at a place: version, rank, flags, and the sizes."""
    before = 8 if content[place] == 1 else 4
    sizes = (_number(content, place + before + 8 * axis) for axis in range(content[place + 1]))
    return min(math.prod(sizes), len(content) // 16)
