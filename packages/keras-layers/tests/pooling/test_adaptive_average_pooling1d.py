"""Covers: base_adaptive_pooling.py"""

import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import AdaptiveAveragePooling1D
from layer_references import adaptive_pool


class TestAdaptiveAveragePooling1D(LayerContract):
    layer = AdaptiveAveragePooling1D
    cases = [
        Case((2, 5, 2), {"output_size": 3}),
        Case((2, 2, 6), {"output_size": (2,), "data_format": "channels_first"}),
    ]

    def reference(self, inputs, weights, output_size, data_format="channels_last"):
        first = data_format == "channels_first"
        x = np.moveaxis(inputs, 1, -1) if first else inputs
        outputs = adaptive_pool(x, output_size, np.mean)
        return np.moveaxis(outputs, -1, 1) if first else outputs


def test_arguments_out_of_range_are_refused():
    with pytest.raises(ValueError, match="output_size must be an integer of at least 1"):
        AdaptiveAveragePooling1D(0)
    with pytest.raises(ValueError, match="expected an input of 3 dimensions"):
        AdaptiveAveragePooling1D(2)(np.zeros((2, 3), "float32"))


def test_the_shape_is_that_of_output_size():
    layer = AdaptiveAveragePooling1D(4, data_format="channels_first")
    assert layer.compute_output_shape((None, 3, None)) == (None, 3, 4)
