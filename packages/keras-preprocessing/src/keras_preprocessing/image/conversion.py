"""Pictures as arrays, and arrays as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import config

from keras_preprocessing.image.libraries import pillow

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike


def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> np.ndarray:
    """A picture as an array with three axes.

    Args:
        img: a picture of Pillow, or an array of shape (height, width) or (height, width, channels).
        data_format: where the result has its channels; what is configured when None.
        dtype: dtype of the result; floatx when None.

    Returns:
        An array of shape (height, width, channels), or (channels, height, width) with "channels_first".

    Raises:
        ValueError: for an array of another rank.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.image import img_to_array
        >>> img_to_array(np.zeros((4, 6, 3)), data_format="channels_first").shape
        (3, 4, 6)
    """
    form = config.standardize_data_format(data_format)
    x = np.asarray(img, dtype=dtype or config.floatx())
    if x.ndim == 2:
        return x[None] if form == "channels_first" else x[:, :, None]
    if x.ndim != 3:
        raise ValueError(f"img_to_array() takes a picture of one or several channels, got an array of shape {x.shape}.")
    return x.transpose(2, 0, 1) if form == "channels_first" else x


def array_to_img(x: ArrayLike, data_format: str | None = None, scale: bool = True, dtype: Any = None) -> Any:
    """An array with three axes as a picture of Pillow.

    Args:
        x: array of 1, 3 or 4 channels: gray, RGB or RGBA.
        data_format: where `x` has its channels; what is configured when None.
        scale: whether the smallest value becomes 0 and the largest 255; otherwise values are those of the picture.
            Defaults to True.
        dtype: dtype in which is scaled; floatx when None.

    Returns:
        The picture: 8 bits a channel, or 32 for gray values above 255 that are not scaled.

    Raises:
        ImportError: where Pillow is not installed.
        ValueError: for an array of another rank, or other numbers of channels.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.image import array_to_img
        >>> array_to_img(np.arange(24).reshape(2, 4, 3)).size
        (4, 2)
    """
    form = config.standardize_data_format(data_format)
    values = np.asarray(x, dtype=dtype or config.floatx())
    if values.ndim != 3:
        raise ValueError(f"array_to_img() takes one picture, an array with three axes, got shape {values.shape}.")
    if form == "channels_first":
        values = values.transpose(1, 2, 0)
    channels = values.shape[2]
    if channels not in (1, 3, 4):
        raise ValueError(
            f"array_to_img() takes 1, 3 or 4 channels, got {channels} in an array of shape {np.shape(x)} ({form})."
        )
    if scale:
        values = scaled(values)
    image = pillow("array_to_img()")
    if channels == 1 and values.max(initial=0) > 255:
        return image.fromarray(values[:, :, 0].astype("int32"))
    bytes_ = values.astype("uint8")
    return image.fromarray(bytes_[:, :, 0] if channels == 1 else bytes_)


def scaled(values: np.ndarray) -> np.ndarray:
    """`values` with the smallest as 0 and the largest as 255."""
    values = values - values.min(initial=np.inf)
    highest = values.max(initial=-np.inf)
    return values * (255 / highest) if highest > 0 else values
