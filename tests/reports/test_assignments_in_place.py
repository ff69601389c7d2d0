"""``x += y`` in a call binds `x` to another tensor, on every backend alike: what others hold is as it was."""

import keras
import numpy as np
import pytest
from keras import backend as K
from keras import layers, ops


class Shifted(layers.Layer):
    """Adds ones to its input, by an operator that assigns."""

    def call(self, x):
        x += ops.ones_like(x)
        return x


class Attention(layers.Layer):
    """The weighted mean over time, as it is written everywhere."""

    def build(self, input_shape):
        self.w = self.add_weight(name="w", shape=(input_shape[-1], 1), initializer="ones")
        self.b = self.add_weight(name="b", shape=(input_shape[1], 1), initializer="zeros")

    def call(self, x, mask=None):
        a = K.dot(x, self.w)
        a += self.b
        a = K.exp(a)
        a /= K.cast(K.sum(a, axis=1, keepdims=True) + K.epsilon(), K.floatx())
        return K.sum(x * a, axis=1)


def models():
    """The same layer first in a stack, in a subclass, and beside another that takes the same tensor."""

    class Subclassed(keras.Model):
        def __init__(self):
            super().__init__()
            self.shift, self.head = Shifted(), layers.Dense(1, kernel_initializer="ones")

        def call(self, x):
            return self.head(self.shift(x))

    inputs = keras.Input((3,))
    hidden = layers.Dense(3, kernel_initializer="identity")(inputs)
    both = layers.Add()([Shifted()(hidden), hidden])
    return {
        "stack": keras.Sequential([Shifted(), layers.Dense(1, kernel_initializer="ones")]),
        "subclass": Subclassed(),
        "shared tensor": keras.Model(inputs, both),
        "function": keras.Sequential([layers.Lambda(shifted), layers.Dense(1, kernel_initializer="ones")]),
    }


def shifted(x):
    x += 1.0
    return x


@pytest.mark.parametrize("name", ["stack", "subclass", "shared tensor", "function"])
def test_data_and_shared_tensors_stay_as_they_are(name):
    model, x = models()[name], np.zeros((4, 3), "float32")
    for found in (model(x), model(x), model.predict(x, verbose=0), model.predict(x[:1], verbose=0).repeat(4, axis=0)):
        assert float(np.asarray(found).sum()) == 12.0
    model.compile("sgd", "mse")
    model.fit(x, np.asarray(model(x)), verbose=0)
    model.train_on_batch(x, np.asarray(model(x)))
    model.evaluate(x, np.asarray(model(x)), verbose=0)
    assert not x.any()


def test_an_attention_that_divides_in_place_trains():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(16, 5, 2)).astype("float32")
    model = keras.Sequential([layers.Dense(4, activation="tanh"), Attention(), layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.05), "mse")
    losses = model.fit(x, x.sum((1, 2)), epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_a_loss_that_weights_in_place():
    weights = np.array([[1.0], [3.0]], "float32")

    def loss(y_true, y_pred):
        error = K.square(y_true - y_pred)
        error *= weights
        return K.mean(error, axis=-1)

    model = keras.Sequential([keras.Input((1,)), layers.Dense(1, kernel_initializer="ones")])
    model.compile("sgd", loss)
    x, y = np.ones((2, 1), "float32"), np.zeros((2, 1), "float32")
    assert model.train_on_batch(x, y) == pytest.approx(2.0)
    assert not y.any()
