import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import Subtract, subtract


class TestSubtract(LayerContract):
    layer = Subtract
    cases = [Case([(2, 3), (2, 3)]), Case([(2, 3, 4), (2, 1, 4)])]

    def reference(self, inputs, weights):
        return inputs[0] - inputs[1]


def test_there_are_two_inputs():
    x = np.zeros((1, 2), "float32")
    with pytest.raises(ValueError, match="takes a list of 2 inputs, got 3"):
        subtract([x, x, x])
