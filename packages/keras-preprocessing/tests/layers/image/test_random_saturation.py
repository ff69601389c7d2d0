import pytest
from color_layer_contract import ColorLayerContract
from color_references import with_saturation
from keras_preprocessing.layers import RandomSaturation


class TestRandomSaturation(ColorLayerContract):
    layer = RandomSaturation
    arguments = {"factor": (0.2, 0.9), "seed": 1}

    def reference(self, images, drawn):
        assert drawn["factor"].min() >= 0.25 and drawn["factor"].max() <= 9.1
        return with_saturation(images, drawn)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factor": 1.5}, "factor must be a number or a pair of numbers from 0 to 1, got 1.5"),
        ({"factor": 0.5, "value_range": (1, 1)}, "value_range must be two different numbers"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        RandomSaturation(**options)
