import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import Average, average


class TestAverage(LayerContract):
    layer = Average
    cases = [
        Case([(2, 3), (2, 3), (2, 3)]),
        Case([(2, 3, 4), (2, 1, 4)]),
    ]

    def reference(self, inputs, weights):
        return sum(inputs) / len(inputs)


def test_the_function_makes_the_layer():
    x = np.ones((1, 2), "float32")
    np.testing.assert_array_equal(np.asarray(average([x, x])), np.asarray(Average()([x, x])))
