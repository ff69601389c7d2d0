import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import AveragePooling1D
from layer_references import pool


class TestAveragePooling1D(LayerContract):
    layer = AveragePooling1D
    masks = False
    cases = [
        Case((2, 5, 2)),
        Case((2, 5, 2), {"pool_size": 3, "strides": 2, "padding": "same"}),
        Case((2, 5, 2), {"pool_size": 1, "strides": 2, "data_format": "channels_first"}),
    ]

    def reference(self, inputs, weights, pool_size=2, strides=None, padding="valid", data_format="channels_last"):
        first = data_format == "channels_first"
        x = np.moveaxis(inputs, 1, -1) if first else inputs
        outputs = pool(x, pool_size, strides, padding, np.nanmean)
        return np.moveaxis(outputs, -1, 1) if first else outputs
