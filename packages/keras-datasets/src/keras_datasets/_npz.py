"""Reading `.npz` files: arrays of numbers, and arrays of lists of numbers."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from typing import TYPE_CHECKING

import numpy as np
from keras_core.saving import FileFormatError

from keras_datasets._plain_pickle import read_plain

if TYPE_CHECKING:
    from keras_core.typing import PathLike

_EXPANSION = 100  # how many times its stored size an array may have,
_FREE_BYTES = 256 << 20  # unless it is smaller than this
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def read_npz(path: PathLike, *names: str) -> list[np.ndarray]:
    """The arrays of these names.

    Args:
        path: the file.
        *names: names of arrays.

    Raises:
        FileFormatError: when it is no such file, damaged, or holds something else.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return [_read_npy(_member(archive, name, path), f"{path}: {name}") for name in names]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise FileFormatError(f"The file '{path}' is no .npz file, or damaged: {error}") from error


def _member(archive: zipfile.ZipFile, name: str, path: PathLike) -> bytes:
    if f"{name}.npy" not in archive.namelist():
        raise FileFormatError(f"The file '{path}' has no array '{name}'; it has {', '.join(archive.namelist())}.")
    info = archive.getinfo(f"{name}.npy")
    if info.file_size > max(_FREE_BYTES, _EXPANSION * info.compress_size):
        raise FileFormatError(
            f"The array '{name}' in '{path}' claims to have {info.file_size} bytes and is stored in "
            f"{info.compress_size}."
        )
    return archive.read(info)


def _read_npy(content: bytes, name: str) -> np.ndarray:
    stream = io.BytesIO(content)
    try:
        shape, fortran, dtype = _HEADERS[np.lib.format.read_magic(stream)](stream)
    except (ValueError, KeyError) as error:
        raise FileFormatError(f"'{name}' is no array: {error}") from error
    if dtype.char == "O":
        array = read_plain(content[stream.tell() :], name)
        if not isinstance(array, np.ndarray) or array.shape != shape:
            raise FileFormatError(f"'{name}' does not hold an array of the shape {shape}.")
        return array
    rest = len(content) - stream.tell()
    if dtype.hasobject or rest != math.prod(shape) * dtype.itemsize:
        raise FileFormatError(f"'{name}' holds {rest} bytes for an array of shape {shape} and dtype {dtype}.")
    array = np.frombuffer(content, dtype, offset=stream.tell())
    return array.reshape(shape, order="F" if fortran else "C").copy()
