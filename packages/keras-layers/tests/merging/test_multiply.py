import math

import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import Multiply, multiply


class TestMultiply(LayerContract):
    layer = Multiply
    cases = [
        Case([(2, 3), (2, 3), (2, 3)]),
        Case([(2, 3, 4), (2, 1, 4)]),
    ]

    def reference(self, inputs, weights):
        return math.prod(inputs)


def test_the_function_makes_the_layer():
    x = np.ones((1, 2), "float32")
    np.testing.assert_array_equal(np.asarray(multiply([x, x])), np.asarray(Multiply()([x, x])))


def test_masked_inputs_count_as_one_unless_all_are_masked():
    x, y = np.full((1, 4, 1), 2, "float32"), np.full((1, 4, 1), 3, "float32")
    masks = [np.array([[True, True, False, False]]), np.array([[True, False, True, False]])]
    np.testing.assert_array_equal(np.asarray(Multiply()([x, y], mask=masks)).ravel(), [6, 2, 3, 0])
