import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import ZeroPadding1D


class TestZeroPadding1D(LayerContract):
    layer = ZeroPadding1D
    masks = False
    cases = [
        Case((2, 5, 2)),
        Case((2, 5, 2), {"padding": 2}),
        Case((2, 5, 2), {"padding": (1, 2)}),
        Case((2, 2, 5), {"padding": (1, 2), "data_format": "channels_first"}),
    ]

    def reference(self, inputs, weights, padding=1, data_format="channels_last"):
        pairs = [(padding, padding)] * 1 if isinstance(padding, int) else [padding]
        last = data_format == "channels_last"
        return np.pad(inputs, [(0, 0), *pairs, (0, 0)] if last else [(0, 0), (0, 0), *pairs])
