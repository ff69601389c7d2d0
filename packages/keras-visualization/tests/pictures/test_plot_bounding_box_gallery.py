"""Galleries of boxes: what is shown is what `draw_bounding_boxes` draws."""

from __future__ import annotations

import numpy as np
import pytest
from keras_visualization import draw_bounding_boxes, plot_bounding_box_gallery

pytest.importorskip("matplotlib").use("Agg")

IMAGES = np.random.default_rng(0).uniform(0, 1, (2, 30, 40, 3))
TRUE = {"boxes": np.array([[[2, 3, 20, 25]], [[5, 5, 30, 20]]]), "labels": np.array([[0], [1]])}
GUESSED = {"boxes": TRUE["boxes"] + 3, "labels": np.array([[0], [-1]]), "confidences": np.array([[0.5], [0.1]])}


def test_true_and_predicted_boxes() -> None:
    figure = plot_bounding_box_gallery(IMAGES, "xyxy", TRUE, GUESSED, value_range=(0, 1), cols=1, legend=True)
    pictures = np.rint(IMAGES * 255).astype("uint8")
    pictures = draw_bounding_boxes(pictures, TRUE, "xyxy", color=(0, 188, 212))
    pictures = draw_bounding_boxes(pictures, GUESSED, "xyxy", color=(255, 235, 59))
    found = np.stack([np.asarray(axes.images[0].get_array()) for axes in figure.axes])
    np.testing.assert_array_equal(found, pictures)
    assert figure.axes[0].get_gridspec().get_geometry() == (2, 1)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["Ground truth", "Prediction"]
    assert figure.legends[0].get_patches()[1].get_facecolor() == pytest.approx((1, 235 / 255, 59 / 255, 1))


def test_names_of_labels() -> None:
    pytest.importorskip("PIL")
    options = {"line_thickness": 1, "font_scale": 0.5, "text_thickness": 2, "value_range": (0, 1)}
    figure = plot_bounding_box_gallery(
        IMAGES, "xyxy", TRUE, GUESSED, class_mapping={0: "a"}, prediction_mapping={0: "b"}, **options
    )  # type: ignore[arg-type]
    pictures = np.rint(IMAGES * 255).astype("uint8")
    for boxes, mapping, color in ((TRUE, {0: "a"}, (0, 188, 212)), (GUESSED, {0: "b"}, (255, 235, 59))):
        pictures = draw_bounding_boxes(pictures, boxes, "xyxy", mapping, color, 1, 2, 0.5)
    found = np.stack([np.asarray(axes.images[0].get_array()) for axes in figure.axes])
    np.testing.assert_array_equal(found, pictures)


def test_errors() -> None:
    with pytest.raises(ValueError, match=r"plot_bounding_box_gallery\(\): pred_color must be red, green and blue"):
        plot_bounding_box_gallery(IMAGES, "xyxy", TRUE, GUESSED, pred_color=(1, 2))
    with pytest.raises(TypeError, match="colour"):
        plot_bounding_box_gallery(IMAGES, "xyxy", colour=1)
