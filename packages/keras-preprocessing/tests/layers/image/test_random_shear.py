import numpy as np
import pytest
from image_layer_contract import PICTURES, ImageLayerContract, arrays
from keras_preprocessing.layers import RandomShear


class TestRandomShear(ImageLayerContract):
    layer = RandomShear
    arguments = {"x_factor": 0.1, "y_factor": (0.0, 0.05), "fill_mode": "constant", "seed": 4}
    off_by = 1.5


def test_rows_are_moved_by_their_number():
    layer = RandomShear((1.0, 1.0), fill_mode="constant", seed=2, data_format="channels_last")
    right, left = np.zeros_like(PICTURES), np.zeros_like(PICTURES)
    for row in range(12):
        right[:, row, row:] = PICTURES[:, row, : 14 - row]
        left[:, row, : 14 - row] = PICTURES[:, row, row:]
    kinds = set()
    for found in (arrays(layer(PICTURES)) for _ in range(4)):
        for k, one in enumerate(found):
            fits = [np.allclose(one, side[k], atol=1e-5) for side in (right, left)]
            assert any(fits)
            kinds.add(fits.index(True))
    assert kinds == {0, 1}


def test_no_shear_is_no_change():
    np.testing.assert_array_equal(arrays(RandomShear(data_format="channels_last")(PICTURES)), PICTURES)
    with pytest.raises(
        ValueError, match=r"\(RandomShear\): y_factor must be a number or a pair of numbers from 0 to 1"
    ):
        RandomShear(0.1, (-0.2, 0.1))
