"""Losses and metrics that use tensors of the graph besides targets and output, as Keras 2 code has them."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import backend as K
from keras.layers import Dense, Input, Lambda, Layer

RNG = np.random.default_rng(3)
X = RNG.normal(size=(4, 3)).astype("float32")
Y = RNG.normal(size=(4, 2)).astype("float32")
FIRST, SECOND = RNG.normal(size=(3, 2)), RNG.normal(size=(2, 2))


def two_layers():
    """Input, code = x @ FIRST, and output = code @ SECOND."""
    x = Input((3,))
    code = Dense(2, use_bias=False)(x)
    out = Dense(2, use_bias=False)(code)
    model = keras.Model(x, out)
    model.set_weights([FIRST, SECOND])
    return model, code


def mean_of_squares(values):
    return float(np.mean(np.square(values)))


def test_a_loss_closes_over_a_tensor():
    model, code = two_layers()
    strength = K.variable(0.5)

    def penalized(y_true, y_pred):
        return K.mean(K.square(y_true - y_pred), axis=-1) + strength * K.sum(K.square(code), axis=-1)

    def size_of_code(y_true, y_pred):
        return K.mean(K.square(code))

    def twice(y_true, y_pred):
        return 2.0 * K.mean(y_pred, axis=-1)

    model.compile(keras.optimizers.SGD(0.1), penalized, metrics=[size_of_code, twice], weighted_metrics=[size_of_code])
    hidden = X @ FIRST
    out = hidden @ SECOND
    each = np.mean(np.square(Y - out), axis=1) + 0.5 * np.sum(np.square(hidden), axis=1)
    weights = np.array([1.0, 2.0, 0.0, 3.0], "float32")
    logs = model.test_on_batch(X, Y, return_dict=True)
    np.testing.assert_allclose(logs["loss"], each.mean(), rtol=1e-4)
    np.testing.assert_allclose(logs["size_of_code"], mean_of_squares(hidden), rtol=1e-4)
    np.testing.assert_allclose(logs["twice"], 2 * out.mean(), rtol=1e-4)
    np.testing.assert_allclose(model.test_on_batch(X, Y, sample_weight=weights)[0], (each * weights).mean(), rtol=1e-4)
    trained = model.train_on_batch(X, Y, return_dict=True)
    np.testing.assert_allclose(trained["loss"], each.mean(), rtol=1e-4)
    np.testing.assert_allclose(trained["size_of_code"], mean_of_squares(hidden), rtol=1e-4)
    by_out = 2 * (out - Y) / Y.size
    by_code = by_out @ SECOND.T + 0.5 * 2 * hidden / len(X)
    np.testing.assert_allclose(model.get_weights()[0], FIRST - 0.1 * X.T @ by_code, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(model.get_weights()[1], SECOND - 0.1 * hidden.T @ by_out, rtol=1e-3, atol=1e-5)
    history = model.fit(X, Y, batch_size=2, epochs=2, verbose=0, validation_data=(X, Y)).history
    assert history["val_loss"][1] < each.mean()


@pytest.mark.filterwarnings("ignore:The loss does not depend on these variables")  # the first kernel
def test_gradients_by_a_tensor_in_a_loss():
    model, code = two_layers()

    def slope(y_true, y_pred):
        return K.sum(K.square(K.gradients(y_pred, code)[0]), axis=-1)

    model.compile(keras.optimizers.SGD(0.1), slope)
    by_code = np.sum(SECOND, axis=1)  # of the sum of the outputs
    np.testing.assert_allclose(model.train_on_batch(X, Y), np.sum(by_code**2), rtol=1e-4)
    expected = SECOND - 0.1 * 2 * by_code[:, None] * np.ones((1, 2))
    np.testing.assert_allclose(model.get_weights()[1], expected, rtol=1e-4)


def test_a_loss_that_asks_for_the_layer_behind_the_output():
    class Scaled(Layer):
        def build(self, input_shape):
            self.scale = self.add_weight(shape=(), initializer="ones")

        def call(self, inputs):
            return inputs * self.scale

        def loss(self, y_true, y_pred):
            layer, index = y_pred._keras_history[:2]
            given = layer.get_input_at(index)
            return K.mean(K.square(y_true - layer.scale * given), axis=-1)

    x = Input((2,))
    layer = Scaled()
    model = keras.Model(x, layer(x))
    model.compile(keras.optimizers.SGD(0.1), layer.loss)
    given = X[:, :2]
    np.testing.assert_allclose(model.train_on_batch(given, Y), mean_of_squares(Y - given), rtol=1e-4)
    expected = 1 - 0.1 * np.mean(2 * (given - Y) * given)
    np.testing.assert_allclose(model.get_weights()[0], expected, rtol=1e-4)


def test_one_of_two_outputs():
    x = Input((3,))
    code = Dense(2, use_bias=False, name="code")(x)
    out = Dense(2, use_bias=False, name="out")(code)
    model = keras.Model(x, [code, out])
    model.set_weights([FIRST, SECOND])
    model.compile("sgd", {"code": "mse", "out": lambda y_true, y_pred: K.mean(K.square(y_pred - code - y_true), -1)})
    hidden = X @ FIRST
    logs = model.test_on_batch(X, {"code": Y, "out": Y}, return_dict=True)
    np.testing.assert_allclose(logs["code_loss"], mean_of_squares(hidden - Y), rtol=1e-4)
    np.testing.assert_allclose(logs["out_loss"], mean_of_squares(hidden @ SECOND - hidden - Y), rtol=1e-4)


def test_a_sampled_code_is_that_of_the_output():
    x = Input((3,))
    code = Lambda(lambda t: t + K.random_normal(K.shape(t)))(x)
    model = keras.Model(x, Dense(3, use_bias=False, kernel_initializer="identity")(code))
    model.compile(keras.optimizers.SGD(0.0), lambda y_true, y_pred: K.mean(K.square(y_pred - code), -1))
    assert model.train_on_batch(X, X) == pytest.approx(0.0, abs=1e-9)
    assert model.test_on_batch(X, X) == pytest.approx(0.0, abs=1e-9)


def test_a_layer_adds_a_loss_from_tensors_around_it():
    x = Input((3,))
    code = Dense(2, use_bias=False)(x)
    out = Dense(3, use_bias=False)(code)

    class Penalty(Layer):
        def call(self, inputs):
            given, made = inputs
            self.add_loss(K.mean(K.square(given - made)) + K.mean(K.square(code)), inputs=inputs)
            return given

    model = keras.Model(x, Penalty()([x, out]))
    model.compile(keras.optimizers.SGD(0.01), loss=None)
    wide = SECOND @ np.ones((2, 3))
    model.set_weights([FIRST, wide])
    hidden = X @ FIRST
    expected = mean_of_squares(X - hidden @ wide) + mean_of_squares(hidden)
    np.testing.assert_allclose(model.evaluate(X, verbose=0), expected, rtol=1e-4)
    np.testing.assert_allclose(model.train_on_batch(X), expected, rtol=1e-4)
    assert model.train_on_batch(X) < expected


def test_a_loss_added_from_arguments_alone_counts_once():
    class Penalty(Layer):
        def call(self, inputs):
            self.add_loss(K.mean(K.square(inputs)))
            return inputs

    x = Input((3,))
    model = keras.Model(x, Penalty()(x))
    model.compile("sgd", "mse")
    np.testing.assert_allclose(model.test_on_batch(X, X), mean_of_squares(X), rtol=1e-5)


def test_a_metric_that_uses_neither_argument():
    model, _ = two_layers()
    rate = K.variable(0.25)

    def present_rate(y_true, y_pred):
        return rate

    model.compile("sgd", "mse", metrics=[present_rate])
    np.testing.assert_allclose(model.test_on_batch(X, Y)[1], 0.25)


def test_a_tensor_of_another_graph_is_named():
    model, _ = two_layers()
    elsewhere = Input((2,), name="elsewhere")

    def lost(y_true, y_pred):
        return K.mean(K.square(y_pred - elsewhere), axis=-1)

    model.compile("sgd", lost)
    with pytest.raises(ValueError, match=r"'lost'.*elsewhere"):
        model.train_on_batch(X, Y)


def test_a_model_without_a_graph_names_the_loss():
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = Dense(2)

        def call(self, inputs):
            return self.dense(inputs)

    _, code = two_layers()

    def lost(y_true, y_pred):
        return K.mean(K.square(y_pred - code), axis=-1)

    model = Own()
    model.compile("sgd", lost)
    with pytest.raises(ValueError, match="loss 'lost' used a symbolic tensor"):
        model.train_on_batch(X, Y)


def test_a_tensor_computed_from_the_output():
    model, _ = two_layers()
    total = K.sum(K.square(model.output), axis=-1)

    def large(y_true, y_pred):
        return total

    model.compile("sgd", large)
    expected = np.sum(np.square(X @ FIRST @ SECOND), axis=1).mean()
    np.testing.assert_allclose(model.train_on_batch(X, Y), expected, rtol=1e-4)
