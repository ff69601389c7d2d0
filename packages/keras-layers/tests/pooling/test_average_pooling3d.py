import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import AveragePooling3D
from layer_references import pool


class TestAveragePooling3D(LayerContract):
    layer = AveragePooling3D
    masks = False
    cases = [
        Case((1, 4, 3, 4, 2)),
        Case((1, 4, 3, 4, 2), {"pool_size": 2, "strides": 2, "padding": "same"}),
        Case((1, 4, 3, 4, 2), {"pool_size": (2, 1, 1), "padding": "same"}),
    ]

    def reference(self, inputs, weights, pool_size=2, strides=None, padding="valid", data_format="channels_last"):
        first = data_format == "channels_first"
        x = np.moveaxis(inputs, 1, -1) if first else inputs
        outputs = pool(x, pool_size, strides, padding, np.nanmean)
        return np.moveaxis(outputs, -1, 1) if first else outputs
