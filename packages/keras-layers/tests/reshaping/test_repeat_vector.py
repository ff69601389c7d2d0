import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import RepeatVector


class TestRepeatVector(LayerContract):
    layer = RepeatVector
    masks = False
    cases = [
        Case((2, 3), {"n": 4}),
    ]

    def reference(self, inputs, weights, n):
        return np.stack([inputs] * n, axis=1)


def test_inputs_are_vectors():
    with pytest.raises(ValueError, match="2 dimensions"):
        RepeatVector(2)(np.zeros((1, 2, 3), "float32"))
