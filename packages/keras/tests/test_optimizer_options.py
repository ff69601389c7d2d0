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


def test_a_new_learning_rate_acts_without_a_new_program():
    model = keras.Sequential([keras.layers.Dense(1, input_dim=3)])
    model.compile(keras.optimizers.SGD(0.5), "mse")
    model.train_on_batch(X, Y)
    start = model.get_weights()[0]
    keras.backend.set_value(model.optimizer.lr, 0.0)
    model.train_on_batch(X, Y)
    np.testing.assert_array_equal(model.get_weights()[0], start)
    model.optimizer.learning_rate = 0.1
    model.train_on_batch(X, Y)
    assert not np.array_equal(model.get_weights()[0], start)
    assert model._trainer.programs.program_count(("train", True, False)) == 1


def test_parts_of_a_model_have_optimizers_of_their_own(tmp_path):
    model = keras.Sequential(
        [keras.layers.Dense(2, input_dim=3, name="body"), keras.layers.Dense(1, name="head")], name="m"
    )
    chosen = keras.optimizers.OptimizerMap(keras.optimizers.SGD(0.0), {".*head/.*": keras.optimizers.Adam(0.1)})
    model.compile(keras.optimizers.MultiOptimizer(chosen), "mse")
    before = model.get_weights()
    model.fit(X, Y, epochs=2, verbose=0)
    changed = [not np.array_equal(now, old) for now, old in zip(model.get_weights(), before, strict=True)]
    assert changed == [False, False, True, True]
    model.save(tmp_path / "parts.keras")
    again = keras.models.load_model(tmp_path / "parts.keras")
    for one, other in zip(again.optimizer.variables, model.optimizer.variables, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())
    for one in (model, again):
        one.train_on_batch(X, Y)
    for one, other in zip(again.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
