import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import MaxPooling3D
from layer_references import pool


class TestMaxPooling3D(LayerContract):
    layer = MaxPooling3D
    masks = False
    cases = [
        Case((1, 4, 3, 4, 2)),
        Case((1, 4, 3, 4, 2), {"pool_size": 2, "strides": 2, "padding": "same"}),
        Case((1, 4, 3, 4, 2), {"pool_size": (2, 1, 1), "padding": "same"}),
    ]

    def reference(self, inputs, weights, pool_size=2, strides=None, padding="valid", data_format="channels_last"):
        first = data_format == "channels_first"
        x = np.moveaxis(inputs, 1, -1) if first else inputs
        outputs = pool(x, pool_size, strides, padding, np.nanmax)
        return np.moveaxis(outputs, -1, 1) if first else outputs
