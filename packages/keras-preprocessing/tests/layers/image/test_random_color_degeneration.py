import numpy as np
import pytest
from color_layer_contract import ColorLayerContract, each
from keras_preprocessing.layers import RandomColorDegeneration


class TestRandomColorDegeneration(ColorLayerContract):
    layer = RandomColorDegeneration
    arguments = {"factor": 1.0, "seed": 1}

    def reference(self, images, drawn):
        grey = images @ np.array([0.2989, 0.587, 0.114])
        return images + each(drawn["factor"]) * (grey[..., None] - images)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factor": 1.5}, "factor must be a number or a pair of numbers from 0 to 1, got 1.5"),
        ({"factor": 0.5, "value_range": (1, 1)}, "value_range must be two different numbers"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        RandomColorDegeneration(**options)
