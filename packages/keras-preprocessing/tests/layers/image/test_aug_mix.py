import numpy as np
import pytest
from color_layer_contract import PICTURES, arrays
from keras_core import layers, stage
from keras_preprocessing.layers import AugMix


@pytest.mark.slow
def test_chains_are_mixed_with_the_picture():
    layer = AugMix(num_chains=2, chain_depth=2, factor=0.5, seed=3, data_format="channels_last")
    drawn = layer.get_random_transformation(PICTURES)
    weights, kept = arrays(drawn["chain_mixing_weights"]), arrays(drawn["weight_sample"])
    assert weights.shape == (2,) and 0 < kept < 1
    np.testing.assert_allclose(weights.sum(), 1, rtol=1e-5)
    mixed = 0
    for chain in range(2):
        images = PICTURES
        for depth in range(2):
            images = layer.apply_choice(2 * chain + depth, "transform_images", images, drawn)
        mixed = mixed + weights[chain] * arrays(images)
    expected = kept * PICTURES + (1 - kept) * mixed
    found = arrays(layer.transform_images(PICTURES, drawn))
    np.testing.assert_allclose(found, expected, atol=0.02)
    assert np.abs(found - PICTURES).max() > 1


def test_what_belongs_to_pictures_stays_and_so_do_pictures_without_training():
    layer = AugMix(seed=1, num_chains=1, chain_depth=1, data_format="channels_last")
    boxes = {"boxes": np.ones((3, 1, 4), "float32"), "labels": np.zeros((3, 1), "int32")}
    found = arrays(layer({"images": PICTURES, "bounding_boxes": boxes, "segmentation_masks": PICTURES[..., 0]}))
    np.testing.assert_array_equal(found["bounding_boxes"]["boxes"], boxes["boxes"])
    np.testing.assert_array_equal(found["segmentation_masks"], PICTURES[..., 0])
    np.testing.assert_array_equal(arrays(layer(PICTURES, training=False)), PICTURES)


@pytest.mark.slow
def test_compiled_calls_draw_the_same():
    plain, compiled = (AugMix(seed=5, data_format="channels_last") for _ in range(2))
    program = stage(lambda x: compiled(x, training=True), compiled.variables)
    first, second = arrays(program(PICTURES)), arrays(program(PICTURES))
    np.testing.assert_allclose(first, arrays(plain(PICTURES)), atol=1.01)
    assert (first != second).any()


def test_config():
    layer = AugMix(num_chains=2, chain_depth=4, factor=0.2, alpha=0.5, all_ops=False, value_range=(0, 1), seed=1)
    assert layers.deserialize(layers.serialize(layer)).get_config() == layer.get_config()
    for options, message in (
        ({"num_chains": 0}, "num_chains must be a positive int, got 0"),
        ({"chain_depth": -1}, "chain_depth must be a positive int, got -1"),
        ({"alpha": 0}, "alpha must be positive, got 0"),
    ):
        with pytest.raises(ValueError, match=message):
            AugMix(**options)
