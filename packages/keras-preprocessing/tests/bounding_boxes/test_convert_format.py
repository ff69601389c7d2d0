import itertools

import numpy as np
import pytest
from keras_core import backend
from keras_preprocessing.bounding_boxes import convert_format

# One box in a picture of height 40 and width 20, by hand.
BOX = {
    "xyxy": [2, 4, 12, 24],
    "yxyx": [4, 2, 24, 12],
    "xywh": [2, 4, 10, 20],
    "center_xywh": [7, 14, 10, 20],
    "center_yxhw": [14, 7, 20, 10],
    "rel_xyxy": [0.1, 0.1, 0.6, 0.6],
    "rel_yxyx": [0.1, 0.1, 0.6, 0.6],
    "rel_xywh": [0.1, 0.1, 0.5, 0.5],
    "rel_center_xywh": [0.35, 0.35, 0.5, 0.5],
    "rel_center_yxhw": [0.35, 0.35, 0.5, 0.5],
}


def test_every_format_becomes_every_other():
    for source, target in itertools.product(BOX, BOX):
        found = backend.to_numpy(convert_format(np.array([[BOX[source]]]), source, target, height=40, width=20))
        assert found.dtype == "float32" and found.shape == (1, 1, 4)
        np.testing.assert_allclose(found[0, 0], BOX[target], rtol=1e-5, err_msg=f"{source} to {target}")


def test_dicts_and_names_in_upper_case():
    found = convert_format({"boxes": np.array([BOX["xyxy"]]), "labels": [1]}, "XYXY", "xywh", dtype="float64")
    boxes = backend.to_numpy(found["boxes"])
    assert found["labels"] == [1] and boxes.dtype == "float64" and boxes.tolist() == [BOX["xywh"]]


@pytest.mark.parametrize(
    ("boxes", "formats", "message"),
    [
        ([[1, 2, 3, 4]], ("xyxy", "rel_xyxy"), "expected the height and the width of the picture"),
        ([[1, 2, 3]], ("xyxy", "xywh"), r"boxes of shape \(1, 3\), expected four numbers"),
        ([[1, 2, 3, 4]], ("coco", "xywh"), "source must be one of 'xyxy', .* got 'coco'"),
        ([[1, 2, 3, 4]], ("xywh", None), "target must be one of 'xyxy', .* got None"),
    ],
)
def test_what_does_not_fit(boxes, formats, message):
    with pytest.raises(ValueError, match=message):
        convert_format(np.array(boxes), *formats)
