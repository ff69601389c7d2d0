import numpy as np
import pytest
from color_layer_contract import ColorLayerContract
from color_references import with_brightness
from keras_preprocessing.layers import RandomBrightness


class TestRandomBrightness(ColorLayerContract):
    layer = RandomBrightness
    arguments = {"factor": 0.4, "seed": 1}

    def reference(self, images, drawn):
        assert np.abs(drawn["rgb_delta"]).max() <= 0.4 * 255
        return with_brightness(images, drawn)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factor": 1.5}, "factor must be a number or a pair of numbers from -1 to 1"),
        ({"factor": 0.5, "value_range": (1, 1)}, "value_range must be two different numbers"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        RandomBrightness(**options)
