import numpy as np
import pytest
from color_layer_contract import PICTURES, arrays
from keras_preprocessing.layers.image.base_color_layer import BaseColorLayer


class Darker(BaseColorLayer):
    """Half of each value above the least one."""

    _USE_BASE_FACTOR = False

    def change_colors(self, images, transformation):
        return self.scaled_back(self.scaled(images, 1.0) * 0.5, 1.0)


def test_ranges_of_values():
    layer = Darker(value_range=[3, -1])
    assert layer.value_range == (-1, 3) and Darker.from_config(layer.get_config()).value_range == (-1, 3)
    x = np.array([-1, 0, 1, 3, 9], "float32").reshape(1, 1, 5, 1)
    for found, expected in (
        (layer(x), [-1, -0.5, 0, 1, 4]),
        (layer.scaled(x, 8.0), [0, 2, 4, 8, 20]),
        (layer.clipped(x), [-1, 0, 1, 3, 3]),
        (layer.inverted(x), [3, 2, 1, -1, -7]),
        (layer.each(np.array([2])), [2]),
        (layer.whole_values(x), np.array([0, 63.75, 127.5, 255, 637.5]) + 2**-10),
    ):
        np.testing.assert_allclose(arrays(found).ravel(), expected, rtol=1e-6)


def test_channels_come_first():
    for data_format, images in (("channels_last", PICTURES), ("channels_first", np.moveaxis(PICTURES, -1, 1))):
        layer = Darker(data_format=data_format)
        apart = layer.channels_apart(images)
        np.testing.assert_array_equal(arrays(apart), np.moveaxis(PICTURES, -1, 1))
        np.testing.assert_array_equal(arrays(layer.channels_back(apart)), images)


@pytest.mark.parametrize("value_range", [1, (1,), (2, 2), ("a", "b")])
def test_what_does_not_fit(value_range):
    with pytest.raises(ValueError, match=r"\(Darker\): value_range must be two different numbers"):
        Darker(value_range=value_range)
