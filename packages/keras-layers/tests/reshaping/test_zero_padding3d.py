import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import ZeroPadding3D


class TestZeroPadding3D(LayerContract):
    layer = ZeroPadding3D
    masks = False
    cases = [
        Case((1, 4, 5, 4, 2)),
        Case((1, 4, 5, 4, 2), {"padding": 2}),
        Case((1, 4, 5, 4, 2), {"padding": ((1, 0), (1, 1), (0, 2))}),
        Case((1, 2, 4, 5, 4), {"padding": ((1, 0), (1, 1), (0, 2)), "data_format": "channels_first"}),
    ]

    def reference(self, inputs, weights, padding=1, data_format="channels_last"):
        pairs = [(padding, padding)] * 3 if isinstance(padding, int) else list(padding)
        last = data_format == "channels_last"
        return np.pad(inputs, [(0, 0), *pairs, (0, 0)] if last else [(0, 0), (0, 0), *pairs])
