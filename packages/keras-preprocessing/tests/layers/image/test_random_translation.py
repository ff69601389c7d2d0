import numpy as np
import pytest
from image_layer_contract import PICTURES, ImageLayerContract, arrays
from keras_preprocessing.layers import RandomTranslation


class TestRandomTranslation(ImageLayerContract):
    layer = RandomTranslation
    arguments = {"height_factor": 0.1, "width_factor": (0.1, 0.2), "fill_mode": "constant", "seed": 1}


def test_down_and_to_the_left():
    layer = RandomTranslation((0.25, 0.25), (-0.5, -0.5), "constant", fill_value=7, data_format="channels_last")
    expected = np.full_like(PICTURES, 7)
    expected[:, 3:, :7] = PICTURES[:, :-3, 7:]
    np.testing.assert_allclose(arrays(layer(PICTURES)), expected, atol=1e-5)


def test_no_move_is_no_change():
    layer = RandomTranslation(0.0, 0.0, data_format="channels_last")
    np.testing.assert_array_equal(arrays(layer(PICTURES)), PICTURES)
    with pytest.raises(ValueError, match=r"\(RandomTranslation\): width_factor must be a number or a pair"):
        RandomTranslation(0.1, 2.0)
