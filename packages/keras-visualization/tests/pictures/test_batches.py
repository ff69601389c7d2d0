"""Batches of pictures, and colours."""

from __future__ import annotations

import numpy as np
import pytest
from keras_core import config
from keras_visualization.pictures.batches import as_given, color_of, distinct_color, pictures_of


def test_values_are_scaled_and_cut() -> None:
    x = np.array([-1.0, 0.0, 0.25, 1.0, 2.0, np.nan]).reshape(1, 2, 3, 1)
    found = pictures_of(x, None, "f()", (0, 1))
    assert found.dtype == np.uint8 and found.shape == (1, 2, 3, 3)
    np.testing.assert_array_equal(found[..., 0].ravel(), [0, 0, 64, 255, 255, 0])
    whole = np.arange(12, dtype="uint8").reshape(1, 2, 2, 3)
    result = pictures_of(whole, None, "f()")
    np.testing.assert_array_equal(result, whole)
    assert not np.shares_memory(result, whole)


def test_channels_may_come_first() -> None:
    x = np.arange(24).reshape(1, 3, 2, 4)
    found = pictures_of(x, "channels_first", "f()")
    np.testing.assert_array_equal(found, x.transpose(0, 2, 3, 1))
    np.testing.assert_array_equal(as_given(found, "channels_first", "f()"), x)
    config.set_image_data_format("channels_first")
    try:
        np.testing.assert_array_equal(pictures_of(x, None, "f()"), found)
    finally:
        config.set_image_data_format("channels_last")


@pytest.mark.parametrize(
    ("x", "data_format", "value_range", "message"),
    [
        (
            np.zeros((4, 4, 3)),
            None,
            (0, 255),
            r"f\(\): images must be a batch of shape .* got shape \(4, 4, 3\).*x\[None\]",
        ),
        (np.zeros((1, 4, 4, 2)), None, (0, 255), "one channel or three, where 'channels_last' says, got 2"),
        (
            np.zeros((1, 4, 4, 3)),
            "last",
            (0, 255),
            "data_format must be 'channels_last' or 'channels_first', got 'last'",
        ),
        (np.zeros((1, 4, 4, 3)), None, (1, 1), r"value_range must be the lowest and a higher value, got \(1, 1\)"),
    ],
)
def test_errors(x: np.ndarray, data_format: str, value_range: tuple[float, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pictures_of(x, data_format, "f()", value_range)


def test_colors() -> None:
    assert color_of(np.array([1, 2, 3]), "color") == (1, 2, 3)
    for wrong in ((1, 2), (1, 2, 256), "red", 5):
        with pytest.raises(ValueError, match="color must be red, green and blue from 0 to 255, got"):
            color_of(wrong, "color")  # type: ignore[arg-type]
    colors = np.array([distinct_color(i) for i in range(12)], "int64")
    distances = np.abs(colors[:, None] - colors[None]).sum(-1) + 1000 * np.eye(12, dtype="int64")
    assert distances.min() > 40 and colors.max() <= 255
