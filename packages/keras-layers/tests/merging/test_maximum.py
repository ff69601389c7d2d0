import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import Maximum, maximum


class TestMaximum(LayerContract):
    layer = Maximum
    cases = [
        Case([(2, 3), (2, 3), (2, 3)]),
        Case([(2, 3, 4), (2, 1, 4)]),
    ]

    def reference(self, inputs, weights):
        return np.maximum.reduce(np.broadcast_arrays(*inputs))


def test_the_function_makes_the_layer():
    x = np.ones((1, 2), "float32")
    np.testing.assert_array_equal(np.asarray(maximum([x, x])), np.asarray(Maximum()([x, x])))
