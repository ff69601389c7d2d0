import numpy as np
from keras_conformance import Case, LayerContract
from keras_core import KerasTensor
from keras_layers import Flatten


class TestFlatten(LayerContract):
    layer = Flatten
    masks = False
    cases = [
        Case((2, 3, 4)),
        Case((2, 3, 4, 2), {"data_format": "channels_first"}),
        Case((3,)),
    ]

    def reference(self, inputs, weights, data_format=None):
        x = np.moveaxis(inputs, 1, -1) if data_format == "channels_first" else inputs
        return x.reshape(len(x), -1)


def test_unknown_sizes_stay_unknown():
    assert Flatten()(KerasTensor((None, None, 3))).shape == (None, None)
