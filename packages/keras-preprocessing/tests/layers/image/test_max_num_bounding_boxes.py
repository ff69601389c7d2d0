import numpy as np
import pytest
from image_layer_contract import PICTURES, arrays
from keras_core import KerasTensor
from keras_preprocessing.layers import MaxNumBoundingBoxes

BOXES = {"boxes": np.arange(24.0).reshape(3, 2, 4), "labels": np.arange(6).reshape(3, 2)}


@pytest.mark.parametrize("number", [1, 2, 4])
def test_pictures_have_as_many_boxes(number):
    data = {"images": PICTURES, "bounding_boxes": BOXES, "labels": np.arange(3), "segmentation_masks": PICTURES}
    found = arrays(MaxNumBoundingBoxes(number, fill_value=-2)(data))
    boxes, labels = np.full((3, number, 4), -2.0), np.full((3, number), -2)
    kept = min(number, 2)
    boxes[:, :kept], labels[:, :kept] = BOXES["boxes"][:, :kept], BOXES["labels"][:, :kept]
    np.testing.assert_array_equal(found["bounding_boxes"]["boxes"], boxes)
    np.testing.assert_array_equal(found["bounding_boxes"]["labels"], labels)
    np.testing.assert_array_equal(found["images"], PICTURES)
    one = arrays(MaxNumBoundingBoxes(number)({"images": PICTURES[0], "bounding_boxes": {"boxes": BOXES["boxes"][0]}}))
    assert one["bounding_boxes"]["boxes"].shape == (number, 4)


def test_an_unknown_number_becomes_known():
    boxes = {"boxes": KerasTensor((None, None, 4)), "labels": KerasTensor((None, None), "int32")}
    found = MaxNumBoundingBoxes(3)({"images": KerasTensor((None, 4, 4, 3)), "bounding_boxes": boxes})
    assert found["bounding_boxes"]["boxes"].shape == (None, 3, 4)
    assert found["bounding_boxes"]["labels"].shape == (None, 3)


def test_the_number_is_checked():
    layer = MaxNumBoundingBoxes(5, fill_value=-3)
    assert MaxNumBoundingBoxes.from_config(layer.get_config()).get_config() == layer.get_config()
    with pytest.raises(ValueError, match=r"\(MaxNumBoundingBoxes\): max_number must be a positive integer, got 0"):
        MaxNumBoundingBoxes(0)
