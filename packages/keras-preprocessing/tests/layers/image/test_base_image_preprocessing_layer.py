import numpy as np
import pytest
from image_layer_contract import PICTURES, arrays
from keras_core import ops
from keras_preprocessing.layers import BaseImagePreprocessingLayer, RandomFlip


class Shift(BaseImagePreprocessingLayer):
    """Adds a number to pictures, and to labels; as users write it."""

    def get_random_transformation(self, data, training=True, seed=None):
        return {"by": self.factor[1]} if training else {"by": 0.0}

    def transform_images(self, images, transformation, training=True):
        return ops.add(images, transformation["by"])

    def transform_labels(self, labels, transformation, training=True):
        return ops.add(labels, 1) if training else labels

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        return self.change_corners(bounding_boxes, lambda boxes: ops.add(boxes, 1), (4, 8), (8, 16))


def test_what_a_user_defines_is_called():
    layer = Shift(0.5, data_format="channels_last")
    data = {"images": PICTURES, "labels": np.arange(3), "names": ["a", "b", "c"]}
    found = arrays(layer(data))
    assert found["names"] == data["names"]
    np.testing.assert_allclose(found["images"], PICTURES + 0.5)
    assert found["labels"].tolist() == [1, 2, 3] and data["labels"].tolist() == [0, 1, 2]
    np.testing.assert_allclose(arrays(layer(PICTURES, training=False)), PICTURES)
    one = arrays(layer({"images": PICTURES[0], "labels": np.array(7)}))
    assert one["images"].shape == PICTURES.shape[1:] and one["labels"] == 8


def test_boxes_keep_their_format():
    layer = Shift(bounding_box_format="rel_xywh", data_format="channels_last")
    boxes = {"boxes": [[0.0, 0.0, 0.5, 0.5], [-1.0, -1.0, -1.0, -1.0]], "labels": np.array([3, -1])}
    boxes["boxes"] = np.array(boxes["boxes"])
    found = arrays(layer({"images": PICTURES[0], "bounding_boxes": boxes})["bounding_boxes"])
    np.testing.assert_allclose(found["boxes"], [[1 / 16, 1 / 8, 4 / 16, 2 / 8], [-1] * 4])
    assert found["labels"].tolist() == [3, -1]


@pytest.mark.parametrize(
    ("given", "expected"), [(0.25, (-0.25, 0.25)), (3, (-1, 3)), ((0.5, 0.1), (0.1, 0.5)), (None, (0, 0))]
)
def test_factors(given, expected):
    class Wide(BaseImagePreprocessingLayer):
        _FACTOR_BOUNDS = (-1, 5)

    assert Wide(given).factor == expected
    assert Wide.from_config(Wide(given).get_config()).factor == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factor": 1.5}, r"\(Base\w+\): factor must be a number or a pair of numbers from -1 to 1, got 1.5"),
        ({"factor": (0, 2)}, "factor must be"),
        ({"factor": "much"}, "factor must be"),
        ({"data_format": "last"}, "data_format must be 'channels_last' or"),
        ({"bounding_box_format": "xxyy"}, "bounding_box_format must be one of 'xyxy'"),
    ],
)
def test_arguments_that_do_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        BaseImagePreprocessingLayer(**options)


def test_a_layer_without_a_factor_takes_none():
    with pytest.raises(ValueError, match=r"\(RandomFlip\) takes no factor, got 0.5"):
        RandomFlip(factor=0.5)


def test_inputs_that_do_not_fit():
    layer = Shift(0.5)
    for data, message in (
        (PICTURES[0, 0], r"got pictures of shape \(14, 2\), expected rank 4"),
        ({"labels": np.arange(3)}, "got a dict of 'labels', expected 'images' in it"),
        ({"images": PICTURES, "bounding_boxes": {}}, "does not know their format. Make the layer with"),
    ):
        with pytest.raises(ValueError, match=message):
            layer(data)
    with pytest.raises(NotImplementedError, match="does not define transform_segmentation_masks"):
        layer({"images": PICTURES, "segmentation_masks": PICTURES})
