"""The files of CIFAR-10 and CIFAR-100."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from keras_core.config import image_data_format
from keras_core.saving import FileFormatError

from keras_datasets._plain_pickle import read_plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import PathLike


def read_batches(paths: Sequence[PathLike], labels: str) -> tuple[np.ndarray, np.ndarray]:
    """The pictures of all files, in the image data format that is set, and their labels.

    Args:
        paths: files of the original format.
        labels: what they call the labels.

    Raises:
        FileFormatError: when one is damaged, or does not hold pictures and their labels.
    """
    batches = [_read(Path(path), labels) for path in paths]
    x, y = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    return (x.transpose(0, 2, 3, 1) if image_data_format() == "channels_last" else x), y


def _read(path: Path, labels: str) -> tuple[np.ndarray, np.ndarray]:
    found = read_plain(path.read_bytes(), str(path))
    x, y = (found.get(key) for key in (b"data", labels.encode())) if isinstance(found, dict) else (None, None)
    if isinstance(x, np.ndarray) and isinstance(y, list) and x.dtype == np.uint8 and x.shape == (len(y), 3 * 32 * 32):
        return x.reshape(-1, 3, 32, 32), np.array(y, np.uint8).reshape(-1, 1)
    raise FileFormatError(f"The file '{path}' does not hold pictures of 32 x 32 x 3 and their '{labels}'.")
