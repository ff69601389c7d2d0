"""Masks, pixel by pixel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_visualization import draw_segmentation_masks

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (2, 5, 6, 3)).astype("uint8")
MASKS = RNG.integers(0, 3, (2, 5, 6))
COLORS = {1: (255, 0, 10), 2: (0, 200, 100)}


def expected(share: float, colors: dict[int, Any]) -> np.ndarray:
    found = IMAGES.astype("float64")
    for label, color in colors.items():
        found = np.where((label == MASKS)[..., None], found * (1 - share) + np.array(color) * share, found)
    return found


@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_colors_are_mixed(alpha: float) -> None:
    found = draw_segmentation_masks(IMAGES, MASKS, color_mapping=COLORS, alpha=alpha)
    assert found.dtype == np.uint8
    np.testing.assert_allclose(found, expected(alpha, COLORS), atol=0.5)
    alone = draw_segmentation_masks(IMAGES, MASKS, color_mapping=COLORS, alpha=alpha, blend=False)
    np.testing.assert_array_equal(alone, expected(1, COLORS))


def test_what_is_not_drawn() -> None:
    found = draw_segmentation_masks(IMAGES, MASKS, color_mapping=COLORS, ignore_index=1)
    np.testing.assert_allclose(found, expected(0.8, {2: COLORS[2]}), atol=0.5)
    background = draw_segmentation_masks(IMAGES, MASKS, color_mapping=COLORS | {0: (1, 2, 3)})
    np.testing.assert_allclose(background, expected(0.8, COLORS | {0: (1, 2, 3)}), atol=0.5)
    np.testing.assert_array_equal(draw_segmentation_masks(IMAGES, np.full((2, 5, 6), -1)), IMAGES)


def test_axes_of_channels_and_colors_of_its_own() -> None:
    plain = draw_segmentation_masks(IMAGES, MASKS, 2, blend=False)
    np.testing.assert_array_equal(draw_segmentation_masks(IMAGES, MASKS[..., None], blend=False), plain)
    first = draw_segmentation_masks(
        IMAGES.transpose(0, 3, 1, 2), MASKS[:, None].astype("float32"), blend=False, data_format="channels_first"
    )
    np.testing.assert_array_equal(first.transpose(0, 2, 3, 1), plain)
    used = [{tuple(color) for color in plain[label == MASKS]} for label in (1, 2)]
    assert [len(colors) for colors in used] == [1, 1] and used[0] != used[1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"segmentation_masks": MASKS[:1]}, r"must have the shape \(2, 5, 6\) of the images, got \(1, 5, 6\).*argmax"),
        ({"segmentation_masks": MASKS + 0.5}, "must hold classes, got fractions"),
        ({"num_classes": 1}, "hold the class 2; with num_classes=1 they must be from 0 to 1"),
        ({"segmentation_masks": MASKS - 3}, "hold the class -3"),
        ({"color_mapping": {1: (0, 0, 0)}}, r"color_mapping has no colour for class 2; it has \[1\]"),
        ({"color_mapping": {1: (0, 0, 0), 2: (0, 0)}}, r"color_mapping\[2\] must be red, green and blue"),
        ({"alpha": 1.5}, r"draw_segmentation_masks\(\): alpha must be from 0 to 1, got 1.5"),
    ],
)
def test_errors(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_segmentation_masks(IMAGES, **({"segmentation_masks": MASKS} | change))
