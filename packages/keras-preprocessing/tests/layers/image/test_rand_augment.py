import numpy as np
import pytest
from color_layer_contract import PICTURES, arrays
from keras_core import layers, stage
from keras_preprocessing.layers import RandAugment


def test_layers_are_applied_one_after_another():
    layer = RandAugment(num_ops=3, seed=2, data_format="channels_last")
    drawn = layer.get_random_transformation(PICTURES)
    expected = PICTURES
    for step in range(3):
        expected = layer.apply_choice(step, "transform_images", expected, drawn)
    layer = RandAugment(num_ops=3, seed=2, data_format="channels_last")
    found = arrays(layer(PICTURES))
    np.testing.assert_allclose(found, arrays(expected), atol=0.01)
    assert np.abs(found - PICTURES).max() > 1 and found.min() >= 0 and found.max() <= 255
    assert layer.get_random_transformation(PICTURES, training=False) is None
    np.testing.assert_array_equal(arrays(layer(PICTURES, training=False)), PICTURES)


@pytest.mark.slow
def test_masks_and_boxes_are_moved_with_the_pictures():
    layer = RandAugment(num_ops=1, factor=(0.2, 0.3), seed=1, bounding_box_format="xyxy", data_format="channels_last")
    boxes = {"boxes": np.tile([[[1.0, 1, 4, 5]]], (3, 1, 1)).astype("float32"), "labels": np.zeros((3, 1), "int32")}
    masks = np.zeros((3, 6, 5), "int32")
    masks[:, 1:5, 1:4] = 1
    data = {"images": PICTURES, "labels": np.arange(3), "segmentation_masks": masks, "bounding_boxes": boxes}
    for _ in range(6):
        drawn = layer.get_random_transformation(data)
        moved = arrays(drawn["which"])[0] == 0
        found = arrays(layer.transform_segmentation_masks(masks[..., None], drawn))[..., 0]
        corners = arrays(layer.transform_bounding_boxes(boxes, drawn)["boxes"])
        assert moved == (found != masks).any() == (corners != boxes["boxes"]).any() and found.dtype == "int32"
    assert arrays(layer(data)["labels"]).tolist() == [0, 1, 2]


@pytest.mark.slow
def test_compiled_calls_draw_the_same():
    images = np.moveaxis(PICTURES, -1, 1)
    plain, compiled = (RandAugment(seed=5, data_format="channels_first") for _ in range(2))
    program = stage(lambda x: compiled(x, training=True), compiled.variables)
    first, second = arrays(program(images)), arrays(program(images))
    np.testing.assert_allclose(first, arrays(plain(images)), atol=1.01)
    assert (first != second).any()


def test_config():
    layer = RandAugment(num_ops=3, factor=0.3, value_range=(0, 1), seed=1, interpolation="nearest")
    assert layers.deserialize(layers.serialize(layer)).get_config() == layer.get_config()
    with pytest.raises(ValueError, match="num_ops must be a positive int, got 0"):
        RandAugment(num_ops=0)
    with pytest.raises(ValueError, match="factor must be a number or a pair of numbers from 0 to 1"):
        RandAugment(factor=2.0)
