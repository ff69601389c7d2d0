import numpy as np
import pytest
from color_layer_contract import ColorLayerContract, arrays, each
from keras_preprocessing.layers import RandomInvert


class TestRandomInvert(ColorLayerContract):
    layer = RandomInvert
    arguments = {"factor": (0.8, 1.0), "seed": 1}

    def reference(self, images, drawn):
        return np.where(each(drawn["chosen"]), 255 - images, images)


def test_how_often():
    drawn = RandomInvert((0.2, 0.4), seed=1).get_random_transformation(np.zeros((400, 1, 1, 3), "float32"))
    np.testing.assert_allclose(arrays(drawn["chosen"]).mean(), 0.3, atol=0.08)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factor": 1.5}, "factor must be a number or a pair of numbers from 0 to 1, got 1.5"),
        ({"factor": 0.5, "value_range": (1, 1)}, "value_range must be two different numbers"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        RandomInvert(**options)
