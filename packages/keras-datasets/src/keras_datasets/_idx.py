"""Reading compressed files of MNIST's own format, IDX."""

from __future__ import annotations

import gzip
import math
import os
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
from keras_core.saving import FileFormatError

if TYPE_CHECKING:
    from keras_core.typing import PathLike

_BYTES = 8  # the format's number for this dtype
_EXPANSION = 1032  # the most that gzip can do


def read_idx(path: PathLike) -> np.ndarray:
    """The array of bytes that a file holds.

    Args:
        path: a file of IDX, compressed by gzip.

    Raises:
        FileFormatError: when it is no such file, or damaged.
    """
    try:
        with gzip.open(path) as file:
            zeros, kind, rank = struct.unpack(">HBB", file.read(4))
            shape = struct.unpack(f">{rank}I", file.read(4 * rank))
            size = math.prod(shape)
            if zeros or kind != _BYTES or size > _EXPANSION * os.path.getsize(path):
                raise FileFormatError(f"The file '{path}' does not hold the array of bytes that its head claims.")
            content = file.read(size + 1)
    except (gzip.BadGzipFile, zlib.error, EOFError, struct.error) as error:
        raise FileFormatError(f"The file '{path}' is no compressed IDX file, or damaged: {error}") from error
    if len(content) != size:
        raise FileFormatError(f"The file '{path}' does not hold the {size} bytes that its head claims.")
    return np.frombuffer(content, np.uint8).reshape(shape).copy()
