"""Unpacking archives into a folder that nothing of them leaves."""

from __future__ import annotations

import gzip
import os
import secrets
import shutil
import stat
import tarfile
import zipfile
import zlib
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

EXPANSION = 200  # how many times its stored size the content of an archive may have,
FREE_BYTES = 1 << 30  # unless it is smaller than this
MEMBERS = 2_000_000
PADDING = 64 << 20  # bytes that may follow the last member of a tar archive
_BROKEN = (tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, RuntimeError)


class _Member(NamedTuple):
    """A folder (`open` is None) or a file of an archive."""

    name: str
    size: int
    open: Callable[[], IO[bytes]] | None


def unpack(archive: Path, folder: Path, formats: Sequence[str], *, strip: bool = False) -> None:
    """Unpack an archive into a folder, which takes its place at once when everything is there.

    Names that lead out of the folder, links and devices are refused, and more bytes than an archive of that
    size would hold.

    Args:
        archive: the file.
        folder: the folder to make; an old one is replaced.
        formats: of "tar" (plain or compressed) and "zip" those that it may be.
        strip: where all that the archive holds is in one folder of the same name as `folder`, take that for it.

    Raises:
        ValueError: when it is none of these formats, damaged, or has a member that is not allowed; nothing is kept.
    """
    temporary = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.tmp")
    temporary.mkdir()
    try:
        with _members(archive, formats) as members:
            _write(archive, members, temporary)
        inner = temporary / folder.name
        found = inner if strip and os.listdir(temporary) == [folder.name] and inner.is_dir() else temporary
        _put(found, folder)
    except _BROKEN as error:
        raise ValueError(f"The archive '{archive}' is damaged: {error}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _put(found: Path, folder: Path) -> None:
    """Let a folder take the place of another."""
    old = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.old")
    if folder.exists():
        folder.rename(old)
    found.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _members(archive: Path, formats: Sequence[str]) -> Iterator[Iterator[_Member]]:
    with ExitStack() as stack:
        if "tar" in formats and tarfile.is_tarfile(archive):  # before zip, which a tar's last member may be
            yield _tar_members(stack.enter_context(tarfile.open(archive)), archive)
        elif "zip" in formats and zipfile.is_zipfile(archive):
            yield _zip_members(stack.enter_context(zipfile.ZipFile(archive)), archive)
        else:
            raise ValueError(f"The file '{archive}' is no archive of the format {' or '.join(formats)}.")


def _zip_members(archive: zipfile.ZipFile, path: Path) -> Iterator[_Member]:
    for info in archive.infolist():
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise _refusal(path, info.filename, "is a link or a device")
        yield _Member(info.filename, info.file_size, None if info.is_dir() else partial(archive.open, info))


def _tar_members(archive: tarfile.TarFile, path: Path) -> Iterator[_Member]:
    for info in archive:
        if not (info.isdir() or info.isreg()):
            raise _refusal(path, info.name, "is a link or a device")
        yield _Member(info.name, info.size, None if info.isdir() else partial(_opened, archive, info))
    assert archive.fileobj is not None
    for _ in range(PADDING >> 20):  # the checksum is after what follows the last member
        if not archive.fileobj.read(1 << 20):
            break


def _opened(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    file = archive.extractfile(info)
    assert file is not None  # of a regular file
    return file


def _write(archive: Path, members: Iterator[_Member], folder: Path) -> None:
    budget = max(FREE_BYTES, EXPANSION * archive.stat().st_size)
    root = folder.resolve()
    for number, member in enumerate(members, start=1):
        budget -= member.size
        if budget < 0 or number > MEMBERS:
            raise _refusal(archive, member.name, "makes the content larger than an archive of this size may hold")
        target = _target(archive, member.name, root)
        if member.open is None:
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with member.open() as source, open(target, "wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
        if target.stat().st_size != member.size:
            raise ValueError(f"The archive '{archive}' is damaged: it ends within '{member.name}'.")


def _target(archive: Path, name: str, root: Path) -> Path:
    """Where a member goes: inside the folder."""
    parts = PurePosixPath(name)
    target = root / parts
    # Nothing in the folder is a link, so that a resolved path says where a file would be.
    if parts.is_absolute() or ".." in parts.parts or "\0" in name or not target.resolve().is_relative_to(root):
        raise _refusal(archive, name, "leads out of the folder")
    return target


def _refusal(archive: Path, name: str, why: str) -> ValueError:
    return ValueError(f"The archive '{archive}' is not unpacked: its member '{name}' {why}.")
