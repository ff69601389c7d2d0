"""Models without trainable weights run in fit and train_on_batch: their losses and metrics are reported."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import layers  # noqa: E402

pytestmark = [pytest.mark.needs_train, pytest.mark.filterwarnings("ignore:Model .* has no trainable weights")]

X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
Y = np.zeros((3, 2))


class AddsLoss(layers.Layer):
    """Adds the sum of its inputs as a loss, and keeps the sum of all inputs in training."""

    def build(self, input_shape):
        self.total = self.add_weight(shape=(), initializer="zeros", trainable=False, name="total")

    def call(self, inputs, training=False):
        self.add_loss(keras.ops.sum(inputs))
        if training:
            self.total.assign(self.total + keras.ops.sum(inputs))
        return inputs


@pytest.mark.parametrize("eager", [False, True], ids=["compiled", "eager"])
def test_losses_and_metrics_are_reported_and_state_moves_on(eager):
    i = keras.Input((2,))
    layer = AddsLoss()
    model = keras.Model(i, layer(i))
    model.compile("adam", "mse", metrics=["mae"], run_eagerly=eager)
    history = model.fit(X, Y, batch_size=3, epochs=2, verbose=0, validation_data=(X, Y)).history
    loss = (X**2).mean() + X.sum()
    np.testing.assert_allclose(history["loss"], [loss] * 2, rtol=1e-5)
    np.testing.assert_allclose(history["val_loss"], [loss] * 2, rtol=1e-5)
    np.testing.assert_allclose(history["mae"], [X.mean()] * 2, rtol=1e-5)
    np.testing.assert_allclose(model.train_on_batch(X, Y), [loss, X.mean()], rtol=1e-5)
    np.testing.assert_allclose(model.get_weights(), [3 * X.sum()], rtol=1e-6)
    np.testing.assert_allclose(model.evaluate(X, Y, batch_size=1, verbose=0)[0], (X**2).mean() + X.sum() / 3, rtol=1e-5)


def test_no_optimizer_is_needed():
    model = keras.Sequential([keras.Input((2,)), layers.Lambda(lambda t: 2 * t)])
    model.compile(optimizer=None, loss="mse")
    np.testing.assert_allclose(model.fit(X, Y, verbose=0).history["loss"], [4 * (X**2).mean()], rtol=1e-5)
    model = keras.Sequential([keras.Input((2,)), layers.Dense(2)])
    model.compile(optimizer=None, loss="mse")
    with pytest.raises(ValueError, match="compiled without an optimizer"):
        model.fit(X, Y, verbose=0)


def test_masks_count():
    model = keras.Sequential([keras.Input((2, 1)), layers.Masking(), layers.Dropout(0.0)])
    model.compile("sgd", "mse")
    x = np.array([[[1.0], [0.0]], [[2.0], [3.0]]])
    masked = keras.Sequential([keras.Input((2, 1)), layers.Masking(), layers.Dense(1, kernel_initializer="ones")])
    masked.compile(keras.optimizers.SGD(0.0), "mse")
    found = model.fit(x, 0 * x, verbose=0).history["loss"]
    np.testing.assert_allclose(found, masked.fit(x, 0 * x, verbose=0).history["loss"], rtol=1e-5)


def test_a_frozen_model_warns_once():
    model = keras.Sequential([keras.Input((2,)), layers.Dense(2, trainable=False)])
    model.compile("sgd", "mse")
    before = model.get_weights()
    with pytest.warns(UserWarning, match="has no trainable weights: its losses and metrics are computed") as caught:
        model.fit(X, Y, epochs=2, verbose=0)
        model.train_on_batch(X, Y)
    assert len([one for one in caught if "no trainable weights" in str(one.message)]) == 1
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
