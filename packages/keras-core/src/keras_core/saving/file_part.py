"""A part of an open file as a file of its own: the library of HDF5 works in it as it does in a whole one."""

from __future__ import annotations

import io
import mmap
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, overload

if TYPE_CHECKING:
    from collections.abc import Iterator


class FilePart(io.RawIOBase):
    """A part of an open binary file, which others may read too: each reading and writing says where.

    Args:
        file: the file, which stays open when the part is closed.
        start: where the part begins.
        size: its bytes. None, for writing: from `start` to wherever the file ends.

    Example:
        >>> part = FilePart(io.BytesIO(b"before, inside, after"), 8, 6)
        >>> part.read(), part.seek(-4, io.SEEK_END), part.read(2)
        (b'inside', 2, b'si')
    """

    def __init__(self, file: BinaryIO, start: int, size: int | None = None) -> None:
        super().__init__()
        self._file = file
        self._start = start
        self._size = size
        self._place = 0

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def writable(self) -> bool:
        """Whether the part goes to the end of the file."""
        return self._size is None

    @property
    def size(self) -> int:
        """The bytes of the part."""
        return self._file.seek(0, os.SEEK_END) - self._start if self._size is None else self._size

    def tell(self) -> int:
        """The place in the part."""
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place in the part, as in a file."""
        place = offset + (self.size if whence == os.SEEK_END else self._place * (whence == os.SEEK_CUR))
        if place < 0:
            raise ValueError(f"The place {place} is before the beginning.")
        self._place = place
        return place

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as the part goes."""
        wanted = memoryview(buffer).cast("B")
        wanted = wanted[: max(self.size - self._place, 0)]
        self._file.seek(self._start + self._place)
        done = 0
        while done < len(wanted) and (count := self._file.readinto(wanted[done:])):  # type: ignore[attr-defined]
            done += count
        self._place += done
        return done

    def write(self, content: Any) -> int:
        """Write at the place in the part."""
        if not self.writable():
            raise io.UnsupportedOperation("not writable")
        self._file.seek(self._start + self._place)
        count = self._file.write(content)
        self._place += count
        return count

    def truncate(self, size: int | None = None) -> int:
        """Let the part, and the file, end at a place."""
        if not self.writable():
            raise io.UnsupportedOperation("not writable")
        size = self._place if size is None else size
        self._file.truncate(self._start + size)
        return size

    def flush(self) -> None:
        """Hand what was written to the system."""
        if self.writable() and not self.closed:
            self._file.flush()

    @contextmanager
    def mapped(self) -> Iterator[MappedPart]:
        """The part, mapped into memory."""
        before = self._start % mmap.ALLOCATIONGRANULARITY
        length = before + self.size
        offset = self._start - before
        with mmap.mmap(self._file.fileno(), length, access=mmap.ACCESS_READ, offset=offset) as content:
            yield MappedPart(content, before)


class MappedPart:
    """Bytes of a file that is mapped into memory, without those that lie before them.

    Args:
        content: what is mapped.
        before: how many bytes lie before.
    """

    def __init__(self, content: mmap.mmap, before: int) -> None:
        self._content = content
        self._before = before

    def __len__(self) -> int:
        return len(self._content) - self._before

    @overload
    def __getitem__(self, part: int) -> int: ...
    @overload
    def __getitem__(self, part: slice) -> bytes: ...
    def __getitem__(self, part: int | slice) -> int | bytes:
        if isinstance(part, slice):
            begin, end, _ = part.indices(len(self))
            return self._content[self._before + begin : self._before + max(begin, end)]
        if not 0 <= part < len(self):
            raise IndexError(f"There are {len(self):,} bytes, and {part:,} is none of them.")
        return self._content[self._before + part]

    def find(self, wanted: bytes, start: int = 0) -> int:
        """Where bytes come first from a place on; -1 where they do not."""
        return max(self._content.find(wanted, self._before + start) - self._before, -1)
