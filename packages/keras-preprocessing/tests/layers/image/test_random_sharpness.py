import numpy as np
import pytest
from color_layer_contract import ColorLayerContract, clipped, each
from keras_preprocessing.layers import RandomSharpness
from scipy import ndimage


class TestRandomSharpness(ColorLayerContract):
    layer = RandomSharpness
    arguments = {"factor": 1.0, "seed": 1}
    ranged = (0, 1)

    def reference(self, images, drawn):
        kernel = np.array([[1, 1, 1], [1, 5, 1], [1, 1, 1]])[None, :, :, None] / 13
        smooth = ndimage.convolve(images, kernel, mode="constant")
        return clipped(images + (1 - 2 * each(drawn["factor"])) * (smooth - images))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factor": 1.5}, "factor must be a number or a pair of numbers from 0 to 1, got 1.5"),
        ({"factor": 0.5, "value_range": (1, 1)}, "value_range must be two different numbers"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        RandomSharpness(**options)
