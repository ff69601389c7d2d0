import numpy as np
import pytest
from color_layer_contract import ColorLayerContract
from color_references import with_brightness, with_contrast, with_hue, with_saturation
from keras_preprocessing.layers import RandomColorJitter


class TestRandomColorJitter(ColorLayerContract):
    layer = RandomColorJitter
    arguments = {
        "brightness_factor": 0.3,
        "contrast_factor": 0.4,
        "saturation_factor": (0.3, 0.7),
        "hue_factor": 0.2,
        "seed": 1,
    }

    def reference(self, images, drawn):
        changes = (with_brightness, with_contrast, with_saturation, with_hue)
        for change, one in zip(changes, drawn.values(), strict=True):
            images = change(images, one)
        return images


def test_only_what_has_a_factor_is_changed():
    layer = RandomColorJitter(saturation_factor=(0.5, 0.5), data_format="channels_last")
    x = np.random.default_rng(0).uniform(0, 255, (1, 2, 2, 3)).astype("float32")
    np.testing.assert_allclose(layer(x), x, rtol=1e-4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"hue_factor": 2.0}, "factor must be a number or a pair of numbers from 0 to 1"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        RandomColorJitter(**options)
