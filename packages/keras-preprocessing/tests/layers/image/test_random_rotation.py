import numpy as np
import pytest
from image_layer_contract import PICTURES, ImageLayerContract, arrays
from keras_preprocessing.layers import RandomRotation


class TestRandomRotation(ImageLayerContract):
    layer = RandomRotation
    arguments = {"factor": 0.03, "fill_mode": "constant", "seed": 1}


@pytest.mark.parametrize("turns", [-1, 1, 2])
def test_quarters_of_a_turn(turns):
    x = PICTURES[:, :, :12]
    layer = RandomRotation((turns / 4, turns / 4), data_format="channels_last")
    np.testing.assert_allclose(arrays(layer(x)), np.rot90(x, turns, (1, 2)), atol=1e-4)


def test_no_turn_is_no_change():
    layer = RandomRotation(0.0, data_format="channels_last")
    np.testing.assert_array_equal(arrays(layer(PICTURES)), PICTURES)
    with pytest.raises(ValueError, match=r"\(RandomRotation\): factor must be a number or a pair"):
        RandomRotation(2.0)
