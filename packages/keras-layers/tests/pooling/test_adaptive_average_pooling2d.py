import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import AdaptiveAveragePooling2D
from layer_references import adaptive_pool


class TestAdaptiveAveragePooling2D(LayerContract):
    layer = AdaptiveAveragePooling2D
    cases = [
        Case((2, 5, 4, 2), {"output_size": (3, 2)}),
        Case((2, 1, 3, 6), {"output_size": (2, 5), "data_format": "channels_first"}),
    ]

    def reference(self, inputs, weights, output_size, data_format="channels_last"):
        first = data_format == "channels_first"
        x = np.moveaxis(inputs, 1, -1) if first else inputs
        outputs = adaptive_pool(x, output_size, np.mean)
        return np.moveaxis(outputs, -1, 1) if first else outputs
