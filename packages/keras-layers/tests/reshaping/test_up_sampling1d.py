import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import UpSampling1D


class TestUpSampling1D(LayerContract):
    layer = UpSampling1D
    masks = False
    cases = [
        Case((2, 5, 2)),
        Case((2, 5, 2), {"size": 3}),
    ]

    def reference(self, inputs, weights, size=2, data_format="channels_last"):
        factors = (size,) * 1 if isinstance(size, int) else size
        first = 1 if data_format == "channels_last" else 2
        for axis, factor in enumerate(factors, start=first):
            inputs = np.repeat(inputs, factor, axis=axis)
        return inputs
