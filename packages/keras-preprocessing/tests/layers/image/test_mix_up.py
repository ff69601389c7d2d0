import numpy as np
import pytest
from color_layer_contract import PICTURES, arrays, each
from keras_core import stage
from keras_preprocessing.layers import MixUp

DATA = {
    "images": PICTURES,
    "labels": np.eye(3, dtype="float32"),
    "segmentation_masks": (PICTURES[..., 0] > 99).astype("float32"),
    "bounding_boxes": {"boxes": np.arange(24, dtype="float32").reshape(3, 2, 4), "labels": np.arange(6).reshape(3, 2)},
}


def test_all_that_belongs_to_pictures_is_mixed_in_plain_and_compiled_calls():
    layer = MixUp(0.8, seed=4, data_format="channels_last")
    drawn = layer.get_random_transformation(DATA)
    weight, order = arrays(drawn["mix_weight"]), arrays(drawn["permutation_order"])
    assert weight.shape == (3,) and sorted(order.tolist()) == [0, 1, 2]
    layer = MixUp.from_config(layer.get_config())
    found = arrays(stage(lambda data: layer(data, training=True), layer.variables)(DATA))
    by = each(weight)
    images = by * PICTURES + (1 - by) * PICTURES[order]
    np.testing.assert_allclose(found["images"], images, rtol=1e-4)
    np.testing.assert_allclose(
        found["labels"], by[:, 0, 0] * np.eye(3) + (1 - by[:, 0, 0]) * np.eye(3)[order], rtol=1e-4
    )
    masks = DATA["segmentation_masks"]
    mixed = by[..., 0] * masks + (1 - by[..., 0]) * masks[order]
    np.testing.assert_allclose(found["segmentation_masks"], mixed, rtol=1e-4, atol=1e-6)
    for name, values in DATA["bounding_boxes"].items():
        np.testing.assert_array_equal(found["bounding_boxes"][name], np.concatenate([values, values[order]], 1))
    first = MixUp(0.8, seed=4, data_format="channels_first")
    other = arrays(first(np.moveaxis(PICTURES, -1, 1), training=True))
    np.testing.assert_allclose(np.moveaxis(other, 1, -1), images, rtol=1e-4)


def test_nothing_is_mixed_without_training_or_partners():
    layer = MixUp(0.8, seed=1)
    found = arrays(layer(DATA, training=False))
    for name in ("images", "labels", "segmentation_masks"):
        np.testing.assert_array_equal(found[name], DATA[name])
    assert found["bounding_boxes"]["boxes"].shape == (3, 2, 4)
    np.testing.assert_array_equal(arrays(layer(PICTURES[0])), PICTURES[0])


def test_what_does_not_fit():
    with pytest.raises(ValueError, match="alpha must be positive, got 0"):
        MixUp(0)
