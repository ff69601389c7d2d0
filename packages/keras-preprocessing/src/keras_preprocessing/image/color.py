"""Random changes of a picture's colours and brightness."""

from __future__ import annotations

import numpy as np
from keras_core import config

from keras_preprocessing.image.conversion import scaled


def apply_channel_shift(x: np.ndarray, intensity: float, channel_axis: int = 0) -> np.ndarray:
    """Add a number to all values, which stay within the picture's smallest and largest one.

    Args:
        x: array with three axes.
        intensity: the number.
        channel_axis: accepted for the sake of Keras 2: all channels are treated alike.

    Returns:
        An array of the same shape.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.image import apply_channel_shift
        >>> apply_channel_shift(np.array([[[1.0, 5.0, 9.0]]]), 2).ravel().tolist()
        [3.0, 7.0, 9.0]
    """
    return np.clip(x + intensity, np.min(x), np.max(x))


def random_channel_shift(x: np.ndarray, intensity_range: float, channel_axis: int = 0) -> np.ndarray:
    """Add a random number to all values, which stay within the picture's smallest and largest one.

    Args:
        x: array with three axes.
        intensity_range: the largest number.
        channel_axis: as for `apply_channel_shift`.

    Returns:
        An array of the same shape.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.image import random_channel_shift
        >>> random_channel_shift(np.zeros((3, 8, 8)), 20).shape
        (3, 8, 8)
    """
    return apply_channel_shift(x, np.random.uniform(-intensity_range, intensity_range), channel_axis)


def apply_brightness_shift(x: np.ndarray, brightness: float, scale: bool = True) -> np.ndarray:
    """Multiply the brightness of a picture, in whole steps from 0 to 255.

    Args:
        x: array with three axes.
        brightness: the factor: 0 gives black, 1 the picture.
        scale: whether the smallest value becomes 0 and the largest 255 before, as Keras 2 always did. Without it,
            values outside 0 to 255 are scaled for the change and scaled back. Defaults to True.

    Returns:
        An array of floatx of the same shape.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.image import apply_brightness_shift
        >>> apply_brightness_shift(np.array([[[0.0, 100.0, 255.0]]]), 0.5).ravel().tolist()
        [0.0, 50.0, 127.0]
    """
    values = np.asarray(x, dtype=config.floatx())
    low, high = values.min(initial=np.inf), values.max(initial=-np.inf)
    outside = low < 0 or high > 255
    steps = np.trunc(scaled(values) if scale or outside else values)
    changed: np.ndarray = np.trunc(np.clip(steps * np.float32(brightness), 0, 255)).astype(values.dtype)
    return changed / 255 * (high - low) + low if outside and not scale else changed


def random_brightness(x: np.ndarray, brightness_range: tuple[float, float], scale: bool = True) -> np.ndarray:
    """Multiply the brightness of a picture by a random factor.

    Args:
        x: array with three axes.
        brightness_range: the smallest and largest factor.
        scale: as for `apply_brightness_shift`.

    Returns:
        An array of floatx of the same shape.

    Raises:
        ValueError: for anything but two factors.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.image import random_brightness
        >>> random_brightness(np.ones((8, 8, 3)), (0.5, 1.5)).shape
        (8, 8, 3)
    """
    if np.shape(brightness_range) != (2,):
        raise ValueError(f"brightness_range must be the smallest and largest factor, got {brightness_range!r}.")
    return apply_brightness_shift(x, np.random.uniform(*brightness_range), scale)
