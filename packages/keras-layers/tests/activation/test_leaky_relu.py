import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import LeakyReLU


class TestLeakyReLU(LayerContract):
    layer = LeakyReLU
    masks = True
    cases = [
        Case((3, 4)),
        Case((3, 4), {"negative_slope": 0.1}),
    ]

    def reference(self, inputs, weights, negative_slope=0.3):
        return np.where(inputs > 0, inputs, negative_slope * inputs)


def test_keras_2_calls_the_slope_alpha():
    assert LeakyReLU(alpha=0.2).negative_slope == 0.2


def test_a_negative_slope_below_zero_is_refused():
    with pytest.raises(ValueError, match="negative_slope must be at least 0"):
        LeakyReLU(-0.1)
