import numpy as np
import pytest
from color_layer_contract import ColorLayerContract, arrays
from keras_preprocessing.layers import Equalization


class TestEqualization(ColorLayerContract):
    layer = Equalization
    always = True

    def reference(self, images, drawn):
        expected = np.empty_like(images)
        for picture, channel in np.ndindex(images.shape[0], images.shape[-1]):
            values = images[picture, ..., channel].astype(int)
            darker = np.array([(values <= value).sum() for value in values.ravel()]).reshape(values.shape)
            first = darker.min()
            expected[picture, ..., channel] = np.round((darker - first) * 255 / (values.size - first))
        return expected


def test_fewer_bins_and_channels_of_one_value():
    x = np.array([0, 10, 130, 255], "float32").reshape(1, 2, 2, 1)
    # Of two bins only 255 is in the upper one.
    found = arrays(Equalization(bins=2, data_format="channels_last")(x))
    assert found.ravel().tolist() == [0, 0, 0, 255]
    assert (arrays(Equalization()(np.full((1, 2, 2, 1), 9.5, "float32"))) == 9.5).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [({"bins": 1}, "bins must be an int of at least 2, got 1"), ({"value_range": (1,)}, "two different numbers")],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        Equalization(**options)
