import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import Activation


class TestActivation(LayerContract):
    layer = Activation
    masks = True
    cases = [
        Case((2, 3), {"activation": "relu"}),
        Case((2, 3, 4), {"activation": "tanh"}),
    ]

    def reference(self, inputs, weights, activation):
        return {"relu": lambda x: np.maximum(x, 0), "tanh": np.tanh}[activation](inputs)


def test_a_function_is_an_activation_too():
    layer = Activation(lambda x: x * 2)
    np.testing.assert_array_equal(np.asarray(layer(np.ones((1, 2), "float32"))), [[2, 2]])
