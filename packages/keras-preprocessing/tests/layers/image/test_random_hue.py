import numpy as np
import pytest
from color_layer_contract import ColorLayerContract
from color_references import with_hue
from keras_preprocessing.layers import RandomHue


class TestRandomHue(ColorLayerContract):
    layer = RandomHue
    arguments = {"factor": 0.8, "seed": 1}

    def reference(self, images, drawn):
        assert np.abs(drawn["factor"]).max() <= 0.4
        return with_hue(images, drawn)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factor": 1.5}, "factor must be a number or a pair of numbers from 0 to 1, got 1.5"),
        ({"factor": 0.5, "value_range": (1, 1)}, "value_range must be two different numbers"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        RandomHue(**options)
