"""The pictures of a batch as files, to be looked at."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from keras_preprocessing.image.files import save_img

if TYPE_CHECKING:
    import numpy as np
    from keras_core.typing import PathLike


def save_pictures(
    images: np.ndarray, indices: np.ndarray, data_format: str | None, folder: PathLike, prefix: str, file_format: str
) -> None:
    """Write each picture into `folder`, as ``prefix_index_hash.format``.

    Args:
        images: the batch.
        indices: the pictures' indices.
        data_format: where the channels are.
        folder: made where it is missing.
        prefix: what the names begin with.
        file_format: format and ending.
    """
    os.makedirs(folder, exist_ok=True)
    for image, index in zip(images, indices.tolist(), strict=True):
        name = f"{prefix}_{index}_{secrets.token_hex(4)}.{file_format}"
        save_img(os.path.join(folder, name), image, data_format, file_format)
