import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import PReLU


class TestPReLU(LayerContract):
    layer = PReLU
    masks = True
    cases = [
        Case((3, 4)),
        Case((2, 3, 4, 2), {"shared_axes": [1, 2]}),
    ]

    def reference(self, inputs, weights, shared_axes=None):
        return np.where(inputs > 0, inputs, weights[0] * inputs)


def test_shared_axes_have_one_slope():
    layer = PReLU(shared_axes=[1, 2])
    layer.build((None, None, 5, 3))
    assert [(w.name, w.shape) for w in layer.weights] == [("alpha", (1, 1, 3))]
