"""Writing a file or folder so that the old one survives whatever happens meanwhile."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import re
import secrets
import shutil
import socket
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_NAME = 180  # bytes of a name that a longer one can be made of
_DAY = 24 * 60 * 60
_ATTEMPTS = 10


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give the path of a new file or folder in the same folder; at the end it takes the place of `path` at once.

    The new content is synced to disk before it replaces the old. When the block raises, the old file stays and the new
    one is removed; when the process is killed, the old file stays, and the next one that saves there removes what was
    left of the new one.

    Args:
        path: the file or folder to write; a symbolic link is followed.

    Raises:
        FileNotFoundError: when its folder does not exist.
        OSError: of the disk: one that is full, a folder that may not be written; it names `path`.
    """
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(f"The folder '{target.parent}' does not exist; create it before saving.")
    remove_abandoned(target)
    temporary = _beside(target, "tmp")
    try:
        yield temporary
        _take_place(temporary, target)
    except BaseException as error:
        _remove(temporary)
        found = _of_the_disk(error, temporary, target)
        if found is not None:
            raise found from error
        raise


def _take_place(new: Path, target: Path) -> None:
    if target.exists():
        with suppress(OSError):  # of a file system without permissions
            new.chmod(target.stat().st_mode & 0o777)
    for path in [*new.rglob("*"), new] if new.is_dir() else [new]:
        _sync(path)
    if new.is_dir() or target.is_dir():
        _take_place_of_folder(new, target)
    else:
        os.replace(new, target)
    _sync(target.parent)


def _take_place_of_folder(new: Path, target: Path) -> None:
    for attempt in range(_ATTEMPTS):
        if _exchange(new, target):
            _remove(new)  # where the old one is now
            return
        old = _beside(target, "old")
        try:
            if target.exists():
                target.rename(old)
            new.rename(target)
            return
        except OSError:  # another process was faster, or nothing can be moved here
            if attempt == _ATTEMPTS - 1:
                raise
        finally:  # also when the user interrupts it between the two
            if old.exists() and not target.exists():
                with suppress(OSError):
                    old.rename(target)
            if target.exists():
                _remove(old)


def _exchange(one: Path, other: Path) -> bool:
    """Let two paths change places at once; whether the system can."""
    if sys.platform != "linux":
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)


def _sync(path: Path) -> None:
    """Let what was written be on the disk; folders where the system knows how."""
    if path.is_dir() and os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _of_the_disk(error: BaseException, new: Path, target: Path) -> OSError | None:
    """What the system says of a write that failed, with the name that the user knows; None for another error."""
    if not isinstance(error, (OSError, RuntimeError)):
        return None
    number = error.errno if isinstance(error, OSError) else None
    named = getattr(error, "filename", None)
    if named is not None and not os.fsdecode(named).startswith(str(new)):
        return None
    told = re.search(r"errno = (\d+)", str(error))  # by the library of HDF5
    number = int(told[1]) if told and not number else number
    if not number:
        return None
    return OSError(number, f"'{target}' is not saved, and is as it was before: {os.strerror(number)}.")


# --- what processes that were killed have left ----------------------------------------------------


@functools.cache
def _where() -> str:
    """Which machine, and which numbers of processes on it, are meant by a process's number here."""
    parts = [socket.gethostname()]
    for name in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        with suppress(OSError):
            parts.append(os.readlink(name) if name.endswith("/pid") else Path(name).read_text("ascii"))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]


def _start(target: Path) -> str:
    name = target.name
    if len(os.fsencode(name)) > _LONGEST_NAME:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()[:16]
    return f".{name}."


def _beside(target: Path, ending: str) -> Path:
    """A free path beside a file, whose name says who writes there."""
    return target.with_name(f"{_start(target)}{_where()}-{os.getpid()}-{secrets.token_hex(4)}.{ending}")


def unfinished(target: Path) -> list[tuple[Path, bool]]:
    """What is beside a file that was to take its place, and whether its writer is gone.

    Args:
        target: the file, or folder.
    """
    form = re.compile(rf"{re.escape(_start(target))}([0-9a-f]{{8}})-(\d+)-[0-9a-f]{{8}}\.(tmp|old)")
    found = []
    for name in os.listdir(target.parent):
        match = form.fullmatch(name)
        if match:
            path = target.with_name(name)
            found.append((path, _is_gone(path, match[1], int(match[2]))))
    return found


def _is_gone(path: Path, where: str, process: int) -> bool:
    try:
        if time.time() - path.stat().st_mtime > _DAY:
            return True
    except OSError:
        return False
    if where != _where() or os.name != "posix":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def remove_abandoned(target: Path) -> None:
    """Remove what processes have left beside a file that were killed while they wrote it.

    Args:
        target: the file, or folder.
    """
    with suppress(OSError):  # of a folder that cannot be listed, of which writing will tell
        for path, gone in unfinished(target):
            if not gone:
                continue
            if path.suffix == ".old" and not target.exists():
                path.rename(target)
            else:
                _remove(path)


def refuse_overwriting(path: str | os.PathLike[str], overwrite: bool) -> None:
    """Raise when a file exists and must not be replaced.

    Raises:
        FileExistsError: naming the file.
    """
    if not overwrite and os.path.exists(path):
        raise FileExistsError(
            f"The file '{os.fspath(path)}' exists, and overwrite=False was given. Choose another name."
        )
