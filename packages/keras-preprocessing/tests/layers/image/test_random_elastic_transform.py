import numpy as np
import pytest
from image_layer_contract import PICTURES, ImageLayerContract, arrays
from keras_preprocessing.layers import RandomElasticTransform


class TestRandomElasticTransform(ImageLayerContract):
    layer = RandomElasticTransform
    arguments = {"scale": (0.9, 1.0), "fill_mode": "constant", "seed": 1}

    def test_pixels_are_moved(self):
        found = arrays(self.made()(PICTURES))
        assert np.abs(found - PICTURES).max() > 0.01


def test_the_share_of_pictures_that_are_changed():
    x = np.repeat(PICTURES[:1], 200, 0)
    layer = RandomElasticTransform((0.25, 0.25), seed=1, data_format="channels_last")
    drawn = layer.get_random_transformation(x)
    assert 0.15 < (arrays(drawn["strength"]) > 0).mean() < 0.35
    np.testing.assert_array_equal(arrays(RandomElasticTransform(scale=0.0)(PICTURES)), PICTURES)


def test_values_are_clipped():
    layer = RandomElasticTransform(value_range=(0.25, 0.5), data_format="channels_last", seed=1)
    found = arrays(layer(PICTURES))
    assert found.min() >= 0.25 and found.max() <= 0.5


def test_what_does_not_fit():
    with pytest.raises(ValueError, match=r"\(RandomElasticTransform\): value_range must be a pair of numbers"):
        RandomElasticTransform(value_range=(1,))
    with pytest.raises(ValueError, match=r"\(RandomElasticTransform\): scale must be a number or a pair"):
        RandomElasticTransform(scale=2)
