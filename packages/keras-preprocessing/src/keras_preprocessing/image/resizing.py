"""Pictures of another size that are not distorted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from keras_core import ops

from keras_preprocessing.image.files import check_size

if TYPE_CHECKING:
    from keras_core.typing import DataFormat, Tensor


def smart_resize(
    x: Tensor,
    size: tuple[int, int],
    interpolation: str = "bilinear",
    data_format: DataFormat = "channels_last",
    backend_module: object = None,
) -> Tensor:
    """Resize pictures after cutting off what does not fit the proportions of the new size.

    Args:
        x: a picture (height, width, channels) or several (batch, height, width, channels); with "channels_first" the
            channels stand before the height. An array or a tensor.
        size: height and width of the result.
        interpolation: as `keras.ops.image.resize` takes it. Defaults to "bilinear".
        data_format: where the channels are. Defaults to "channels_last".
        backend_module: accepted for Keras 3's sake; what owns `x`, or is active, computes.

    Returns:
        An array for an array, a tensor for a tensor, of the new height and width.

    Raises:
        ValueError: for another rank, or another size than two positive ints.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.image import smart_resize
        >>> smart_resize(np.zeros((20, 30, 3)), (8, 8)).shape
        (8, 8, 3)
    """
    height, width = check_size("smart_resize()", size)
    array = np.asarray(x) if isinstance(x, (list, tuple, np.ndarray)) else None
    images = x if array is None else array
    if len(images.shape) not in (3, 4):
        raise ValueError(
            f"smart_resize() takes one picture or a batch of them, with 3 or 4 axes; got shape {tuple(images.shape)}."
        )
    rows = -3 if data_format == "channels_last" else -2
    old_height, old_width = images.shape[rows], images.shape[rows + 1]
    kept = max(min(old_height, old_width * height // width), 1), max(min(old_width, old_height * width // height), 1)
    top, left = (old_height - kept[0]) // 2, (old_width - kept[1]) // 2
    part = (slice(top, top + kept[0]), slice(left, left + kept[1]))
    channels = (slice(None),) if rows == -3 else ()
    resized = ops.resize(images[(..., *part, *channels)], (height, width), interpolation, data_format=data_format)
    return resized if array is None else ops.convert_to_numpy(resized)
