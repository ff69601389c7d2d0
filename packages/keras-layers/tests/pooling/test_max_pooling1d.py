"""MaxPooling1D, and what all pooling layers share.

Covers: base_pooling.py
"""

import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import MaxPooling1D
from layer_references import pool


class TestMaxPooling1D(LayerContract):
    layer = MaxPooling1D
    masks = False
    cases = [
        Case((2, 5, 2)),
        Case((2, 5, 2), {"pool_size": 3, "strides": 2, "padding": "same"}),
        Case((2, 5, 2), {"pool_size": 1, "strides": 2, "data_format": "channels_first"}),
    ]

    def reference(self, inputs, weights, pool_size=2, strides=None, padding="valid", data_format="channels_last"):
        first = data_format == "channels_first"
        x = np.moveaxis(inputs, 1, -1) if first else inputs
        outputs = pool(x, pool_size, strides, padding, np.nanmax)
        return np.moveaxis(outputs, -1, 1) if first else outputs


def test_keras_1_names():
    with pytest.warns(DeprecationWarning):
        layer = MaxPooling1D(pool_length=3, stride=2, border_mode="same")
    assert (layer.pool_size, layer.strides, layer.padding) == ((3,), (2,), "same")


def test_arguments_out_of_range_are_refused():
    with pytest.raises(ValueError, match="pool_size must be an integer of at least 1"):
        MaxPooling1D(0)
    with pytest.raises(ValueError, match="padding must be one of 'valid', 'same', got 'full'"):
        MaxPooling1D(padding="full")
