import numpy as np
import pytest
from keras_core import tree
from keras_core.backend import to_numpy
from keras_preprocessing.bounding_boxes import clip_to_image_size


@pytest.mark.parametrize(
    ("form", "boxes", "expected"),
    [
        ("xyxy", [[-5, 2, 30, 30], [3, 3, 4, 4], [25, 0, 30, 5]], [[0, 2, 20, 10], [3, 3, 4, 4], [-1] * 4]),
        ("center_xywh", [[0, 5, 4, 4], [30, 5, 4, 4]], [[1, 5, 2, 4], [-1] * 4]),
        ("rel_yxyx", [[0.5, -1, 2, 0.5], [1, 0, 2, 1]], [[0.5, 0, 1, 0.5], [-1] * 4]),
    ],
)
def test_what_lies_outside_is_cut_off(form, boxes, expected):
    given = {"boxes": np.array([boxes]), "labels": np.arange(len(boxes))[None], "more": 1}
    found = tree.map_structure(to_numpy, clip_to_image_size(given, 10, 20, form))
    np.testing.assert_allclose(found["boxes"], [expected])
    assert found["labels"].tolist() == [[-1 if box == [-1] * 4 else k for k, box in enumerate(expected)]]
    assert found["more"] == 1


def test_pixels_need_the_size_of_the_picture():
    with pytest.raises(ValueError, match=r"height=None and width=5, expected both for the format 'xywh'"):
        clip_to_image_size({"boxes": np.ones((1, 4))}, None, 5, "xywh")
