"""What every file is checked for before it is read, and the bounds that content has."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from typing import IO, BinaryIO

from keras_core.saving.file_errors import FileFormatError

MIB = 1 << 20
EXPANSION = 100  # how many times its stored size packed content may have,
FREE_BYTES = 64 * MIB  # unless it is smaller than this
HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
CHUNK = 4 * MIB
# What the libraries of zip and HDF5 raise for files that are damaged.
DAMAGES = (
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
    kinds = {HDF5_MAGIC: ", which is an HDF5 file", b"PK\x03\x04": ", which is a zip archive"}
    return next((text for magic, text in kinds.items() if head.startswith(magic)), "")


def copy_stream(source: BinaryIO, target: IO[bytes]) -> None:
    """Copy what is left of one open file into another, piece by piece."""
    while part := source.read(CHUNK):
        target.write(part)
