import numpy as np
import pytest
from color_layer_contract import ColorLayerContract, each
from keras_preprocessing.layers import RandomPosterization


class TestRandomPosterization(ColorLayerContract):
    layer = RandomPosterization
    arguments = {"factor": (1, 4), "seed": 1}

    def reference(self, images, drawn):
        shift = each(drawn["shift_factor"]).astype("uint8")
        assert shift.min() >= 4 and shift.max() <= 7
        return (images.astype("uint8") >> shift << shift).astype("float64")


def test_both_bounds_are_drawn():
    drawn = RandomPosterization((2, 4), seed=1).get_random_transformation(np.zeros((90, 1, 1, 3), "float32"))
    assert set(np.asarray(drawn["shift_factor"]).tolist()) == {4, 5, 6}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factor": 9}, "factor must be a number or a pair of numbers from 1 to 8"),
        ({"factor": 5, "value_range": 1}, "value_range must be two different numbers"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        RandomPosterization(**options)
