"""What keract shows of a model: activations and gradients of its layers."""

import keract
import keras
import numpy as np


def test_activations_are_those_of_the_layers():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, name="a"), keras.layers.Dense(2, name="b")])
    x = np.arange(6, dtype="float32").reshape(2, 3)
    found = keract.get_activations(model, x, auto_compile=True)
    kernel, bias = model.layers[0].get_weights()
    np.testing.assert_allclose(found["a"], x @ kernel + bias, rtol=1e-5)
    np.testing.assert_allclose(found["b"], model.predict(x, verbose=0), rtol=1e-5)
