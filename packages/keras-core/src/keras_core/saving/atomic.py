"""Writing a file so that the old one survives whatever happens meanwhile."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary file's path in the same folder; at the end it takes the place of `path` at once.

    The new content is synced to disk before it replaces the old. When the block raises, the old file
    stays and the temporary one is removed; when the process is killed, the old file stays.

    Args:
        path: the file to write; a symbolic link is followed.

    Raises:
        FileNotFoundError: when its folder does not exist.
    """
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(f"The folder '{target.parent}' does not exist; create it before saving.")
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        yield temporary
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        _sync(temporary)
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if os.name == "posix":
        _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def refuse_overwriting(path: str | os.PathLike[str], overwrite: bool) -> None:
    """Raise when a file exists and must not be replaced.

    Raises:
        FileExistsError: naming the file.
    """
    if not overwrite and os.path.exists(path):
        raise FileExistsError(
            f"The file '{os.fspath(path)}' exists, and overwrite=False was given. Choose another name."
        )
