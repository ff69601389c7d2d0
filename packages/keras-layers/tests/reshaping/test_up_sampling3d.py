import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import UpSampling3D


class TestUpSampling3D(LayerContract):
    layer = UpSampling3D
    masks = False
    cases = [
        Case((1, 4, 5, 4, 2)),
        Case((1, 2, 4, 5, 4), {"size": (1, 2, 3), "data_format": "channels_first"}),
        Case((1, 4, 5, 4, 2), {"size": (1, 2, 3)}),
    ]

    def reference(self, inputs, weights, size=2, data_format="channels_last"):
        factors = (size,) * 3 if isinstance(size, int) else size
        first = 1 if data_format == "channels_last" else 2
        for axis, factor in enumerate(factors, start=first):
            inputs = np.repeat(inputs, factor, axis=axis)
        return inputs
