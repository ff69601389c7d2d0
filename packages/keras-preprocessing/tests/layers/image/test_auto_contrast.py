import numpy as np
import pytest
from color_layer_contract import ColorLayerContract
from keras_preprocessing.layers import AutoContrast


class TestAutoContrast(ColorLayerContract):
    layer = AutoContrast
    always = True

    def reference(self, images, drawn):
        least, greatest = images.min((1, 2), keepdims=True), images.max((1, 2), keepdims=True)
        return (images - least) / (greatest - least) * 255


def test_channels_of_one_value_stay():
    x = np.full((1, 2, 2, 2), 7.0, "float32")
    x[0, 0, 0, 1] = 9
    found = np.asarray(AutoContrast(data_format="channels_last")(x))
    np.testing.assert_allclose(found[..., 0], 7)
    np.testing.assert_allclose(found[0, ..., 1], [[255, 0], [0, 0]])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"value_range": (1, 1)}, "value_range must be two different numbers"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        AutoContrast(**options)
