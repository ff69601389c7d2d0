import numpy as np
import pytest
from color_layer_contract import ColorLayerContract, arrays, each
from keras_preprocessing.layers import RandomGrayscale


class TestRandomGrayscale(ColorLayerContract):
    layer = RandomGrayscale
    arguments = {"factor": 0.9, "seed": 1}
    ranged = None

    def reference(self, images, drawn):
        grey = images @ np.array([0.2989, 0.587, 0.114])
        return np.where(each(drawn["chosen"]), grey[..., None], images)


def test_how_often():
    drawn = RandomGrayscale(0.3, seed=1).get_random_transformation(np.zeros((400, 1, 1, 3), "float32"))
    np.testing.assert_allclose(arrays(drawn["chosen"]).mean(), 0.3, atol=0.08)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factor": 1.5}, "factor must be a number from 0 to 1"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        RandomGrayscale(**options)
