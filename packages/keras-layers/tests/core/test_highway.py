import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import Highway


class TestHighway(LayerContract):
    layer = Highway
    masks = True
    tolerance = 1e-4
    cases = [Case((3, 4)), Case((3, 4), {"activation": "tanh"}), Case((2, 3), {"use_bias": False})]

    def reference(self, inputs, weights, activation=None, use_bias=True):
        kernel, carry_kernel, bias, carry_bias = (*weights, 0.0, 0.0)[:4]
        outputs = inputs @ kernel + bias
        outputs = np.tanh(outputs) if activation == "tanh" else outputs
        gate = 1 / (1 + np.exp(-(inputs @ carry_kernel + carry_bias)))
        return gate * outputs + (1 - gate) * inputs


def test_the_gate_begins_open():
    layer = Highway()
    layer.build((None, 3))
    assert [(w.name, w.shape) for w in layer.weights] == [
        ("kernel", (3, 3)),
        ("carry_kernel", (3, 3)),
        ("bias", (3,)),
        ("carry_bias", (3,)),
    ]
    np.testing.assert_array_equal(layer.carry_bias.numpy(), np.ones(3))


def test_names_of_keras_1():
    with pytest.warns(DeprecationWarning, match="Keras 1 argument"):
        layer = Highway(init="zeros", activation="relu", bias=False)
    assert (type(layer.kernel_initializer).__name__, layer.use_bias) == ("Zeros", False)
