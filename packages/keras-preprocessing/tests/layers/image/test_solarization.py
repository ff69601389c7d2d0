import numpy as np
import pytest
from color_layer_contract import ColorLayerContract, clipped, each
from keras_preprocessing.layers import Solarization


class TestSolarization(ColorLayerContract):
    layer = Solarization
    arguments = {"addition_factor": (0.1, 0.3), "threshold_factor": 0.8, "seed": 1}

    def reference(self, images, drawn):
        additions, thresholds = each(drawn["additions"]), each(drawn["thresholds"])
        assert additions.min() >= 25 and additions.max() <= 77 and thresholds.max() <= 204
        lighter = clipped(images + additions)
        return np.where(lighter < thresholds, lighter, 255 - lighter)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"addition_factor": 1.5}, "addition_factor must be a number or a pair"),
        ({"threshold_factor": (-1.0, 0.0)}, "threshold_factor must be a number or a pair"),
        ({"value_range": (1, 1)}, "value_range must be two different numbers"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        Solarization(**options)
