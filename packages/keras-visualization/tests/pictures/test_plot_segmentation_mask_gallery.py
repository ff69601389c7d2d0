"""Galleries of masks: pictures beside what `draw_segmentation_masks` draws."""

from __future__ import annotations

import numpy as np
import pytest
from keras_visualization import draw_segmentation_masks, plot_segmentation_mask_gallery

pytest.importorskip("matplotlib").use("Agg")

IMAGES = np.random.default_rng(0).uniform(0, 1, (2, 3, 10, 12))
TRUE = np.random.default_rng(1).integers(0, 3, (2, 10, 12))
GUESSED = np.random.default_rng(2).integers(0, 3, (2, 1, 10, 12))


def test_pictures_beside_their_masks() -> None:
    figure = plot_segmentation_mask_gallery(
        IMAGES, 2, (0, 1), TRUE, GUESSED, alpha=0.5, data_format="channels_first", rows=2
    )
    plain = np.rint(IMAGES.transpose(0, 2, 3, 1) * 255).astype("uint8")
    expected = [plain, *(draw_segmentation_masks(plain, one, 2, alpha=0.5) for one in (TRUE, GUESSED[:, 0]))]
    found = np.stack([np.asarray(axes.images[0].get_array()) for axes in figure.axes])
    np.testing.assert_array_equal(found, np.concatenate(expected, axis=2))


def test_only_what_is_given() -> None:
    figure = plot_segmentation_mask_gallery(IMAGES.transpose(0, 2, 3, 1), 2, (0, 1), y_pred=TRUE)
    assert np.asarray(figure.axes[0].images[0].get_array()).shape == (10, 24, 3)
    with pytest.raises(ValueError, match="must have the shape"):
        plot_segmentation_mask_gallery(IMAGES.transpose(0, 2, 3, 1), 2, (0, 1), y_pred=TRUE[:1])
