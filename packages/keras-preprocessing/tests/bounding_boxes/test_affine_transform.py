import numpy as np
import pytest
from keras_core.backend import to_numpy
from keras_preprocessing.bounding_boxes import affine_transform

BOXES = np.array([[2.0, 3.0, 6.0, 4.0], [0.0, 0.0, 10.0, 20.0]])


def around(points):
    return [*np.min(points, 0), *np.max(points, 0)]


def expected(box, angle, shift, scale, oblique_x, oblique_y):
    """By matrices: moved, turned and sheared about the middle of a picture of 21 x 11."""
    t, u, v = np.radians([angle, oblique_x, oblique_y])
    # Rows run down, so that a turn to the left sends right to up.
    turn = np.array([[np.cos(t), np.sin(t)], [-np.sin(t), np.cos(t)]])
    shear = np.array([[1, np.tan(u)], [0, 1]]) @ np.array([[1, 0], [np.tan(v), 1]]) @ turn
    middle = np.array([5.0, 10.0])
    x1, y1, x2, y2 = box
    return around(
        [middle + scale * shear @ (np.array(p) - middle + shift) for p in [(x1, y1), (x2, y1), (x1, y2), (x2, y2)]]
    )


def test_boxes_follow_matrices():
    angle, scale = np.array([0.0, 90.0, 30.0]), np.array([2.0, 1.0, 0.5])
    tx, ty = np.array([0.1, 0.0, -0.2]), np.array([0.0, 0.5, 0.1])
    found = to_numpy(affine_transform(np.stack([BOXES] * 3), angle, tx, ty, scale, angle * 0, angle * 0, 21, 11))
    for k in range(3):
        wanted = [expected(box, angle[k], [tx[k] * 10, ty[k] * 20], scale[k], 0, 0) for box in BOXES]
        np.testing.assert_allclose(found[k], wanted, rtol=1e-4, atol=1e-4)
    found = to_numpy(affine_transform(BOXES, 20, 0, 0, 1, 15, 10, 21, 11))
    np.testing.assert_allclose(found, [expected(box, 20, [0, 0], 1, 15, 10) for box in BOXES], rtol=1e-4, atol=1e-4)


def test_formats_and_another_centre():
    boxes = np.array([[4.0, 8.0, 2.0, 2.0]])  # of the middle
    found = to_numpy(affine_transform(boxes, 0, 0, 0, 3, 0, 0, 21, 11, 0.4, 0.4, "center_xywh"))
    np.testing.assert_allclose(found, [[4, 8, 6, 6]], rtol=1e-5)
    with pytest.raises(ValueError, match="source must be one of"):
        affine_transform(boxes, 0, 0, 0, 1, 0, 0, 21, 11, bounding_box_format="xy")
