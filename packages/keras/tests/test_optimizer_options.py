"""Options of optimizers that take part in the training step."""

import keras
import numpy as np
import pytest

pytestmark = pytest.mark.needs_train

X = np.random.default_rng(0).random((8, 3)).astype("float32")
Y = X.sum(1, keepdims=True) + 1


def trained(optimizer, epochs=4, batch_size=8):
    model = keras.Sequential([keras.layers.Dense(1, input_dim=3, kernel_initializer="ones")])
    model.compile(loss="mse", optimizer=optimizer)
    history = model.fit(X, Y, epochs=epochs, batch_size=batch_size, shuffle=False, verbose=0)
    return model.get_weights(), history.history["loss"]


def test_a_scaled_loss_changes_neither_losses_nor_weights():
    weights, losses = trained(keras.optimizers.SGD(0.1))
    scaled_weights, scaled_losses = trained(keras.optimizers.SGD(0.1, loss_scale_factor=1024.0))
    np.testing.assert_allclose(scaled_losses, losses, rtol=1e-5)
    for found, expected in zip(scaled_weights, weights, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_fit_ends_with_the_moving_average():
    averages = None
    for epochs in (1, 2, 3):
        weights, _ = trained(keras.optimizers.SGD(0.1), epochs)
        averages = weights if averages is None else [0.5 * a + 0.5 * w for a, w in zip(averages, weights, strict=True)]
    found, _ = trained(keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5), 3)
    for one, expected in zip(found, averages, strict=True):
        np.testing.assert_allclose(one, expected, rtol=1e-5)


def test_accumulated_gradients_are_those_of_the_larger_batch():
    weights, _ = trained(keras.optimizers.Adam(0.1), batch_size=8)
    accumulated, _ = trained(keras.optimizers.Adam(0.1, gradient_accumulation_steps=2), batch_size=4)
    for found, expected in zip(accumulated, weights, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-3)


def test_a_schedule_of_steps():
    """Two steps an epoch; the rate is 0 from step 2 on."""
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([1], [0.1, 0.0])
    _, losses = trained(keras.optimizers.SGD(schedule), epochs=3, batch_size=4)
    assert losses[1] < losses[0]
    assert losses[2] == losses[1]
