import numpy as np
import pytest
from image_layer_contract import PICTURES, ImageLayerContract, arrays
from keras_preprocessing.layers import RandomZoom


class TestRandomZoom(ImageLayerContract):
    layer = RandomZoom
    arguments = {"height_factor": 0.2, "width_factor": (0.1, 0.2), "fill_mode": "constant", "seed": 1}


def test_twice_the_height_is_seen():
    layer = RandomZoom((1.0, 1.0), 0.0, "constant", data_format="channels_last")
    expected = np.zeros_like(PICTURES)
    expected[:, 3:9] = (PICTURES[:, ::2] + PICTURES[:, 1::2]) / 2
    np.testing.assert_allclose(arrays(layer(PICTURES)), expected, atol=1e-5)


def test_half_of_both_sides_is_seen():
    layer = RandomZoom((-0.5, -0.5), interpolation="nearest", data_format="channels_last")
    part = PICTURES[:, 3:9, 3:10]  # of 14 columns, 7 in the middle
    found = arrays(layer(PICTURES))
    np.testing.assert_allclose(found[:, ::2, ::2], part, atol=1e-5)


def test_no_zoom_is_no_change():
    np.testing.assert_array_equal(arrays(RandomZoom(0.0, data_format="channels_last")(PICTURES)), PICTURES)
    found = arrays(RandomZoom((-1.0, -1.0), data_format="channels_last")(PICTURES))
    assert np.isfinite(found).all()
    with pytest.raises(ValueError, match=r"\(RandomZoom\): height_factor must be a number or a pair"):
        RandomZoom(-2.0)
