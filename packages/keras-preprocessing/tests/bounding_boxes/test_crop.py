"""Boxes that are moved with their picture.

Covers: crop.py pad.py
"""

import numpy as np
import pytest
from keras_core.backend import to_numpy
from keras_preprocessing.bounding_boxes import crop, pad


def test_boxes_of_a_part():
    boxes = np.array([[[10, 20, 50, 60], [70, 80, 100, 120]]])
    found = to_numpy(crop(boxes, top=10, left=20, height=40, width=30))
    assert found.tolist() == [[[0, 10, 30, 40], [30, 40, 30, 40]]]
    found = to_numpy(crop(np.array([[10, 20, 40, 40]]), 10, 20, 40, 30, "xywh"))
    assert found.tolist() == [[0, 10, 30, 30]]


def test_boxes_with_a_border():
    assert to_numpy(pad(np.array([[1, 2, 3, 4]]), 10, 20, 50, 60, "center_xywh")).tolist() == [[21, 12, 3, 4]]
    with pytest.raises(ValueError, match=r"pad\(\) got boxes in the format 'rel_xyxy', expected one in pixels"):
        pad(np.ones((1, 4)), 1, 1, bounding_box_format="rel_xyxy")
