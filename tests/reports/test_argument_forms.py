"""Arguments in the forms that Keras 1 and 2 took."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import backend as K  # noqa: E402


def test_an_int_is_a_shape():
    assert K.int_shape(K.zeros(1, name="slot")) == (1,)
    assert K.get_value(K.ones(3)).tolist() == [1, 1, 1]
    assert K.get_value(K.zeros(np.int64(2))).tolist() == [0, 0]


def test_relu_with_tensors_for_slope_threshold_and_limit():
    x = np.array([[-2.0, -1.0, 0.5, 3.0]], "float32")
    slopes = np.array([0.1, 0.2, 0.3, 0.4], "float32")
    expected = np.where(x > 0, x, x * slopes)
    np.testing.assert_allclose(K.eval(K.relu(x, K.variable(slopes))), expected, rtol=1e-6)
    np.testing.assert_allclose(K.eval(keras.activations.leaky_relu(x, K.constant(slopes))), expected, rtol=1e-6)
    one = K.constant(1.0)
    np.testing.assert_allclose(K.eval(K.relu(x, 0.5, max_value=one)), [[-1, -0.5, 0.5, 1]], rtol=1e-6)
    np.testing.assert_allclose(K.eval(K.relu(x, threshold=one)), [[0, 0, 0, 3]], atol=1e-6)


def test_a_learned_slope_is_trained():
    class Leaky(keras.layers.Layer):
        def build(self, input_shape):
            self.slope = self.add_weight(name="slope", shape=(input_shape[-1],), initializer="zeros")
            super().build(input_shape)

        def call(self, x):
            return K.relu(x, self.slope)

    model = keras.Sequential([Leaky(input_shape=(2,))])
    model.compile(keras.optimizers.SGD(0.5), "mse")
    x = np.array([[-1.0, 1.0]], "float32")
    model.train_on_batch(x, np.array([[-1.0, 1.0]], "float32"))  # d/ds mean((s * -1 + 1)^2) = -1 at s = 0
    np.testing.assert_allclose(model.get_weights()[0], [0.5, 0.0], atol=1e-6)


def test_input_with_shape_and_batch_shape():
    assert K.int_shape(keras.Input(shape=(None, None), batch_shape=(None, None))) == (None, None)
    assert K.int_shape(keras.Input(shape=(3,), batch_shape=(4, 3))) == (4, 3)


def test_a_placeholder_without_shape_takes_any_value():
    x, factor = K.placeholder((None, 2)), K.placeholder()
    scaled = K.function([x, factor], [x * factor])
    ones = np.ones((3, 2), "float32")
    np.testing.assert_allclose(scaled([ones, 2.0])[0], 2 * ones)
    np.testing.assert_allclose(scaled([ones, [1.0, 3.0]])[0], ones * [1, 3])
