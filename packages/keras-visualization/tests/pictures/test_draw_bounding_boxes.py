"""Boxes, pixel by pixel."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from keras_visualization import draw_bounding_boxes


def framed(shape: tuple[int, int], corners: tuple[int, int, int, int], thickness: int) -> np.ndarray:
    """Where the frame of a box is: in the box, and less than the thickness from its outside."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    left, top, right, bottom = corners
    depth = np.minimum.reduce([x - left, right - 1 - x, y - top, bottom - 1 - y])
    return (depth >= 0) & (depth < thickness)


@pytest.mark.parametrize(
    ("box", "box_format"),
    [
        ([3, 2, 15, 9], "xyxy"),
        ([2, 3, 9, 15], "yxyx"),
        ([3, 2, 12, 7], "XYWH"),
        ([9, 5.5, 12, 7], "center_xywh"),
        ([3 / 20, 2 / 12, 15 / 20, 9 / 12], "rel_xyxy"),
    ],
)
@pytest.mark.parametrize("thickness", [1, 2, 9])
def test_a_frame_in_every_format(box: list[float], box_format: str, thickness: int) -> None:
    images = np.random.default_rng(0).integers(0, 255, (1, 12, 20, 3)).astype("uint8")
    boxes = {"boxes": np.array([[box]]), "labels": np.array([[1]])}
    found = draw_bounding_boxes(images, boxes, box_format, color=(10, 20, 30), line_thickness=thickness)
    expected = np.where(framed((12, 20), (3, 2, 15, 9), thickness)[..., None], [10, 20, 30], images[0])
    np.testing.assert_array_equal(found[0], expected)
    assert found.dtype == np.uint8


def test_what_is_outside_and_what_fills_up_is_not_drawn() -> None:
    boxes = {"boxes": np.array([[[-5, -5, 6, 6], [20, 20, 30, 30], [1, 1, 3, 3]]]), "labels": np.array([[0, 0, -1]])}
    found = draw_bounding_boxes(np.zeros((1, 8, 8, 1)), boxes, "xyxy", color=(255, 255, 255), line_thickness=1)
    expected = framed((8, 8), (-5, -5, 6, 6), 1)
    np.testing.assert_array_equal(found[0, ..., 0] == 255, expected)


def test_pictures_of_a_batch_have_their_own_boxes() -> None:
    boxes: dict[str, Any] = {
        "boxes": [np.array([[0, 0, 2, 2], [4, 4, 6, 6]]), np.zeros((0, 4))],
        "labels": [[1, 1], []],
    }
    found = draw_bounding_boxes(np.zeros((2, 3, 8, 8)), boxes, "xyxy", data_format="channels_first")
    assert found.shape == (2, 3, 8, 8) and (found[0] == 128).sum() == 3 * 8 and not found[1].any()


def test_names_stand_above_their_boxes() -> None:
    pytest.importorskip("PIL")
    images = np.full((1, 60, 120, 3), 200, "uint8")
    boxes = {"boxes": np.array([[[20, 30, 100, 50]]]), "labels": np.array([[3]]), "confidences": np.array([[0.875]])}
    plain = draw_bounding_boxes(images, boxes, "xyxy", color=(0, 0, 90))
    named = draw_bounding_boxes(images, boxes, "xyxy", {3: "cat"}, color=(0, 0, 90))
    changed = np.argwhere((plain != named).any(-1)[0])
    (top, left), (bottom, right) = changed.min(0), changed.max(0)
    assert bottom == 29 and left == 20 and top > 10 and right < 100
    field = named[0, top : bottom + 1, left : right + 1]
    assert (field == [0, 0, 90]).all(-1).mean() > 0.5 and (field > 200).all(-1).any()  # light letters on the dark field
    longer = draw_bounding_boxes(images, boxes, "xyxy", {3: "elephant"}, color=(0, 0, 90))
    assert np.argwhere((plain != longer).any(-1)[0])[:, 1].max() > right
    larger = draw_bounding_boxes(images, boxes, "xyxy", {3: "cat"}, color=(0, 0, 90), font_scale=1.5, text_thickness=2)
    assert np.argwhere((plain != larger).any(-1)[0])[:, 0].min() < top
    unnamed = draw_bounding_boxes(images, boxes, "xyxy", {}, color=(0, 0, 90))  # its number
    assert (unnamed != plain).any()
    at_top = {**boxes, "boxes": np.array([[[20, 2, 100, 50]]])}
    inside = draw_bounding_boxes(images, at_top, "xyxy", {3: "cat"}, color=(0, 0, 90))
    assert (inside[0, 2:16, 22:60] == [0, 0, 90]).all(-1).mean() > 0.5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"bounding_boxes": {"boxes": np.zeros((1, 1, 4))}},
            "must have 'boxes' and 'labels', got a dict without labels",
        ),
        ({"bounding_box_format": "xxyy"}, "must be one of 'xyxy', .* got 'xxyy'"),
        ({"color": (300, 0, 0)}, r"draw_bounding_boxes\(\): color must be red, green and blue"),
        ({"line_thickness": 0}, "line_thickness must be 1 or more, got 0"),
        (
            {"bounding_boxes": {"boxes": np.zeros((2, 1, 4)), "labels": [[0]]}},
            r"\['boxes'\] is for 2 pictures, images are 1",
        ),
        ({"bounding_boxes": {"boxes": np.zeros((1, 2, 4)), "labels": [[0]]}}, "picture 0 has 2 boxes and 1 labels"),
    ],
)
def test_errors(change: dict[str, Any], message: str) -> None:
    given = {"bounding_boxes": {"boxes": np.zeros((1, 1, 4)), "labels": [[0]]}, "bounding_box_format": "xyxy"}
    with pytest.raises(ValueError, match=message):
        draw_bounding_boxes(np.zeros((1, 4, 4, 3)), **(given | change))  # type: ignore[arg-type]


def test_names_need_pillow_and_frames_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = {"boxes": np.zeros((1, 1, 4)), "labels": np.array([[0]])}
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    draw_bounding_boxes(np.zeros((1, 4, 4, 3)), boxes, "xyxy")
    with pytest.raises(ImportError, match=r"draw_bounding_boxes\(\) needs Pillow, which is not installed: pip install"):
        draw_bounding_boxes(np.zeros((1, 4, 4, 3)), boxes, "xyxy", {0: "cat"})
