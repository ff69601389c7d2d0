import pytest
from color_layer_contract import ColorLayerContract
from color_references import with_contrast
from keras_preprocessing.layers import RandomContrast


class TestRandomContrast(ColorLayerContract):
    layer = RandomContrast
    arguments = {"factor": (0.9, 0.5), "seed": 1}

    def reference(self, images, drawn):
        assert drawn["contrast_factor"].min() >= 0.1 and drawn["contrast_factor"].max() <= 1.5
        return with_contrast(images, drawn)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factor": 1.5}, "factor must be a number or a pair of numbers from 0 to 1, got 1.5"),
        ({"factor": 0.5, "value_range": (1, 1)}, "value_range must be two different numbers"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        RandomContrast(**options)
