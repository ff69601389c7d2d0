import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import AdaptiveMaxPooling1D
from layer_references import adaptive_pool


class TestAdaptiveMaxPooling1D(LayerContract):
    layer = AdaptiveMaxPooling1D
    cases = [
        Case((2, 5, 2), {"output_size": 3}),
        Case((2, 2, 6), {"output_size": (2,), "data_format": "channels_first"}),
    ]

    def reference(self, inputs, weights, output_size, data_format="channels_last"):
        first = data_format == "channels_first"
        x = np.moveaxis(inputs, 1, -1) if first else inputs
        outputs = adaptive_pool(x, output_size, np.max)
        return np.moveaxis(outputs, -1, 1) if first else outputs
