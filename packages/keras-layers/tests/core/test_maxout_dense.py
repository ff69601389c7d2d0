import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import MaxoutDense


class TestMaxoutDense(LayerContract):
    layer = MaxoutDense
    tolerance = 1e-4
    cases = [Case((3, 4), {"units": 2}), Case((2, 3), {"units": 5, "nb_feature": 2, "use_bias": False})]

    def reference(self, inputs, weights, units, nb_feature=4, use_bias=True):
        kernel, bias = (*weights, np.zeros((nb_feature, units)))[:2]
        return np.max([inputs @ kernel[i] + bias[i] for i in range(nb_feature)], axis=0)


def test_names_of_keras_1():
    with pytest.warns(DeprecationWarning, match="output_dim"):
        layer = MaxoutDense(output_dim=2, nb_feature=3)
    assert (layer.units, layer.nb_feature) == (2, 3)


def test_numbers_are_checked():
    with pytest.raises(ValueError, match="nb_feature must be a positive integer, got 0"):
        MaxoutDense(2, nb_feature=0)
