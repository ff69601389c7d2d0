"""Programs for TensorFlow: own steps with a GradientTape, and the scopes of strategies."""

from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("keras")
layers, ops = keras.layers, keras.ops

X = np.arange(12, dtype="float32").reshape(4, 3) / 10
Y = X.sum(axis=1, keepdims=True)


@pytest.fixture(autouse=True)
def tf(backend_name):
    if backend_name != "tensorflow":
        pytest.skip("these are programs for TensorFlow")
    return pytest.importorskip("tensorflow")


def network(kind=None, **kwargs):
    inputs = keras.Input((3,))
    hidden = layers.BatchNormalization()(inputs)
    return (kind or keras.Model)(inputs, layers.Dense(1, kernel_initializer="ones")(hidden), **kwargs)


def trained(model, eagerly=False, jit="auto", **options):
    """The numbers of a training, and the weights after it."""
    model.compile(keras.optimizers.Adam(0.1), "mse", metrics=["mae"], run_eagerly=eagerly, jit_compile=jit)
    history = model.fit(X, Y + 1, batch_size=2, epochs=2, shuffle=False, verbose=0, **options).history
    single = model.train_on_batch(X, Y, return_dict=True)
    numbers = [*history["loss"], *history["mae"], single["loss"], single["mae"], *model.evaluate(X, Y, verbose=0)]
    return np.array([*numbers, *np.concatenate([w.ravel() for w in model.get_weights()]), *model.predict(X)[:, 0]])


class Taped(keras.Model):
    """A step as the guide for TensorFlow has it."""

    def train_step(self, data):
        import tensorflow as tf

        x, y, *rest = data
        weights = rest[0] if rest else None
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=weights)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.update(gradients)
        for metric in self.metrics:
            metric.update_state(*((loss,) if metric.name == "loss" else (y, y_pred)))
        return {metric.name: metric.result() for metric in self.metrics}

    def update(self, gradients):
        self.optimizer.apply(gradients, self.trainable_variables)


class TapedByPairs(Taped):
    def update(self, gradients):
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))


@pytest.fixture(scope="module")
def expected():
    """What a model without a step of its own makes of the data."""
    return trained(network())


@pytest.mark.parametrize(
    ("kind", "options"), [(Taped, {}), (TapedByPairs, {"eagerly": True}), (TapedByPairs, {"jit": True})]
)
def test_a_step_with_a_tape_trains_as_others_do(kind, options, expected):
    np.testing.assert_allclose(trained(network(kind), **options), expected, rtol=1e-4, atol=1e-6)


STRATEGIES = {
    "one device": lambda tf: tf.distribute.OneDeviceStrategy("/cpu:0"),
    "mirrored": lambda tf: tf.distribute.MirroredStrategy(["/cpu:0"]),
}


@pytest.fixture(params=STRATEGIES)
def strategy(request, tf):
    return STRATEGIES[request.param](tf)


def test_a_model_is_trained_in_the_scope_of_a_strategy(strategy, expected):
    with strategy.scope():
        inside = trained(network(Taped))
    np.testing.assert_allclose(inside, expected, rtol=1e-4, atol=1e-6)


def test_a_model_of_a_scope_is_trained_outside(strategy, expected):
    with strategy.scope():
        model = network()
        model.compile("sgd", "mse")
        model.predict(X, verbose=0)
    np.testing.assert_allclose(trained(model, jit=True), expected, rtol=1e-4, atol=1e-6)


def test_a_saved_model_is_loaded_in_the_scope_of_a_strategy(strategy, tmp_path):
    source = network()
    source.compile("adam", "mse")
    source.train_on_batch(X, Y)
    source.save(tmp_path / "model.keras")
    with strategy.scope():
        loaded = keras.saving.load_model(tmp_path / "model.keras")
        np.testing.assert_allclose(loaded.predict(X, verbose=0), source.predict(X, verbose=0), rtol=1e-6)
    source.train_on_batch(X, Y)
    loaded.train_on_batch(X, Y)
    for one, other in zip(loaded.get_weights(), source.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)


def test_a_loop_runs_its_steps_by_the_strategy(strategy, tf):
    rows = tf.data.Dataset.from_tensor_slices((X, Y + 1)).batch(2)
    with strategy.scope():
        model = network()
        optimizer = keras.optimizers.SGD(0.1)

    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    @tf.function
    def distributed(x, y):
        return strategy.reduce("SUM", strategy.run(step, args=(x, y)), axis=None)

    losses = []
    for x, y in strategy.experimental_distribute_dataset(rows):
        losses += [float(strategy.run(step, args=(x, y))), float(distributed(x, y))]
    reference = network()
    reference.compile(keras.optimizers.SGD(0.1), "mse")
    expected = [reference.train_on_batch(X[k : k + 2], Y[k : k + 2] + 1) for k in (0, 0, 2, 2)]
    np.testing.assert_allclose(losses, expected, rtol=1e-4)
