import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import GlobalMaxPooling3D


class TestGlobalMaxPooling3D(LayerContract):
    layer = GlobalMaxPooling3D
    masks = False
    cases = [
        Case((1, 4, 3, 4, 2)),
        Case((1, 4, 3, 4, 2), {"keepdims": True}),
        Case((1, 4, 3, 4, 2), {"data_format": "channels_first"}),
    ]

    def reference(self, inputs, weights, data_format="channels_last", keepdims=False):
        first = 2 if data_format == "channels_first" else 1
        return np.max(inputs, axis=tuple(range(first, first + 3)), keepdims=keepdims)
