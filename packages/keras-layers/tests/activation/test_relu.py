import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import ReLU


class TestReLU(LayerContract):
    layer = ReLU
    masks = True
    cases = [
        Case((3, 4)),
        Case((3, 4), {"max_value": 0.5, "negative_slope": 0.1, "threshold": 0.2}),
        Case((3, 4), {"threshold": 0.3}),
    ]

    def reference(self, inputs, weights, max_value=np.inf, negative_slope=0.0, threshold=0.0):
        sloped = negative_slope * (inputs - threshold)
        return np.minimum(np.where(inputs >= threshold, inputs, sloped), max_value)


def test_negative_options_are_refused():
    with pytest.raises(ValueError, match="negative_slope must be at least 0, got -1"):
        ReLU(negative_slope=-1)
