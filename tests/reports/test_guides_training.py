"""Classes of the official guides that train themselves, each differentiated by its framework's own means.

The expected numbers are those of the same class with `keras.gradients`.
"""

from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("keras")
layers, ops = keras.layers, keras.ops

X = np.arange(12, dtype="float32").reshape(4, 3) / 10
Y = X.sum(axis=1, keepdims=True)


def by_keras(part, loss_of):
    """The loss that a part of a model has, and its gradients: ``loss_of(call)`` calls it by `call`."""
    return keras.gradients(lambda: loss_of(part), part.trainable_variables)


def by_tape(part, loss_of):
    import tensorflow as tf

    with tf.GradientTape() as tape:
        loss = loss_of(part)
    return loss, tape.gradient(loss, part.trainable_weights)


def by_backward(part, loss_of):
    part.zero_grad()
    loss = loss_of(part)
    loss.backward()
    return loss.detach(), [weight.value.grad for weight in part.trainable_weights]


def by_jax(part, loss_of):
    import jax

    others = [variable.value for variable in part.non_trainable_variables]

    def of_values(values):
        new = []

        def call(*inputs, **options):
            outputs, new[:] = part.stateless_call(values, others, *inputs, **options)
            return outputs

        return loss_of(call), new

    values = [variable.value for variable in part.trainable_variables]
    (loss, new), gradients = jax.value_and_grad(of_values, has_aux=True)(values)
    for variable, value in zip(part.non_trainable_variables, new or others, strict=True):
        variable.assign(value)
    return loss, gradients


@pytest.fixture
def natively(backend_name):
    """The framework's own way."""
    ways = {"tensorflow": by_tape, "torch": by_backward, "jax": by_jax}
    if backend_name not in ways:
        pytest.skip("this framework has no gradients of its own to write such a class with")
    return ways[backend_name]


class GAN(keras.Model):
    """Two networks, each with an optimizer and a metric of its own; no call."""

    def __init__(self, discriminator, generator, differentiate):
        super().__init__()
        self.discriminator, self.generator = discriminator, generator
        self.differentiate = differentiate
        self.seeds = keras.random.SeedGenerator(7)
        self.d_tracker, self.g_tracker = keras.metrics.Mean(name="d_loss"), keras.metrics.Mean(name="g_loss")

    def compile(self, d_optimizer, g_optimizer, loss_fn, **kwargs):
        super().compile(**kwargs)
        self.d_optimizer, self.g_optimizer, self.loss_fn = d_optimizer, g_optimizer, loss_fn

    @property
    def metrics(self):
        return [self.d_tracker, self.g_tracker]

    def train_step(self, real):
        if isinstance(real, tuple):
            real = real[0]
        size = ops.shape(real)[0]
        made = self.generator(keras.random.normal((size, 2), seed=self.seeds))
        both, labels = ops.concatenate([made, real]), ops.concatenate([ops.ones((size, 1)), ops.zeros((size, 1))])

        d_loss, gradients = self.differentiate(self.discriminator, lambda judge: self.loss_fn(labels, judge(both)))
        self.d_optimizer.apply_gradients(zip(gradients, self.discriminator.trainable_variables, strict=True))

        noise, misleading = keras.random.normal((size, 2), seed=self.seeds), ops.zeros((size, 1))
        g_loss, gradients = self.differentiate(
            self.generator, lambda make: self.loss_fn(misleading, self.discriminator(make(noise)))
        )
        self.g_optimizer.apply(gradients, self.generator.trainable_variables)
        self.d_tracker.update_state(d_loss)
        self.g_tracker.update_state(g_loss)
        return {"d_loss": self.d_tracker.result(), "g_loss": self.g_tracker.result()}


def gan(differentiate):
    keras.utils.set_random_seed(5)
    discriminator = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.LeakyReLU(), layers.Dense(1)])
    generator = keras.Sequential([keras.Input((2,)), layers.Dense(4, activation="tanh"), layers.Dense(3)])
    model = GAN(discriminator, generator, differentiate)
    optimizers = keras.optimizers.Adam(0.02), keras.optimizers.Adam(0.01)
    model.compile(*optimizers, keras.losses.BinaryCrossentropy(from_logits=True))
    return model


class Sampling(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(11)

    def call(self, inputs):
        mean, log_var = inputs
        return mean + ops.exp(0.5 * log_var) * keras.random.normal(ops.shape(mean), seed=self.seed_generator)


class VAE(keras.Model):
    """Encoder and decoder, trained on two losses that it tracks itself."""

    def __init__(self, differentiate, **kwargs):
        super().__init__(**kwargs)
        inputs = keras.Input((3,))
        hidden = layers.Dense(4, activation="tanh")(inputs)
        mean, log_var = layers.Dense(2)(hidden), layers.Dense(2)(hidden)
        self.encoder = keras.Model(inputs, [mean, log_var, Sampling()([mean, log_var])], name="encoder")
        self.decoder = keras.Sequential([keras.Input((2,)), layers.Dense(3)], name="decoder")
        self.differentiate = differentiate
        self.trackers = {name: keras.metrics.Mean(name=name) for name in ("loss", "reconstruction_loss", "kl_loss")}

    @property
    def metrics(self):
        return list(self.trackers.values())

    def call(self, inputs):
        mean, log_var, z = self.encoder(inputs)
        return mean, log_var, self.decoder(z)

    def train_step(self, data):
        parts = []

        def loss_of(call):
            mean, log_var, reconstruction = call(data)
            error = ops.mean(ops.sum(ops.square(data - reconstruction), axis=1))
            kl = ops.mean(ops.sum(-0.5 * (1 + log_var - ops.square(mean) - ops.exp(log_var)), axis=1))
            parts[:] = error, kl
            return error + kl

        loss, gradients = self.differentiate(self, loss_of)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_weights, strict=True))
        self.trackers["loss"].update_state(loss)
        return {name: tracker.result() for name, tracker in self.trackers.items()}

    def test_step(self, data):
        _, _, reconstruction = self(data)
        return {"error": ops.mean(ops.square(data - reconstruction))}


def vae(differentiate):
    keras.utils.set_random_seed(6)
    model = VAE(differentiate)
    model.build((None, 3))
    model.compile(keras.optimizers.Adam(0.02))
    return model


@pytest.mark.parametrize("make", [gan, vae])
def test_a_guides_class_trains_as_with_keras_gradients(make, natively):
    results = []
    for differentiate in (natively, by_keras):
        model = make(differentiate)
        history = model.fit(X, batch_size=2, epochs=2, shuffle=False, verbose=0).history
        results.append([*np.ravel(list(history.values()))])
        results[-1] += [number for weight in model.get_weights() for number in weight.ravel()]
        if make is vae:
            results[-1].append(model.evaluate(X, verbose=0))
    np.testing.assert_allclose(*results, rtol=1e-3, atol=1e-5)


def network_with_graph_losses(kind, eagerly=False):
    """A loss and a metric that use a hidden tensor of the graph, which dropout and batch normalization changed."""
    keras.utils.set_random_seed(3)
    inputs = keras.Input((3,))
    hidden = layers.Dropout(0.2)(layers.BatchNormalization()(layers.Dense(4)(inputs)))

    def loss(y, y_pred):
        return ops.mean(ops.square(y - y_pred), axis=-1) + ops.mean(ops.square(hidden), axis=-1)

    def size(y, y_pred):
        return ops.mean(ops.abs(hidden), axis=-1)

    model = kind(inputs, layers.Dense(1)(hidden))
    model.compile(keras.optimizers.SGD(0.1), loss, metrics=[size], run_eagerly=eagerly)
    return model


@pytest.mark.parametrize(
    ("native", "by_hand", "eagerly"),
    [(False, False, False), (True, True, False), (True, False, True)],
    ids=["keras.gradients", "native", "native-eager"],
)
def test_losses_and_metrics_of_the_graph_in_an_own_step(native, by_hand, eagerly, request):
    differentiate = request.getfixturevalue("natively") if native else by_keras

    class Own(keras.Model):
        def train_step(self, data):
            x, y = data
            loss, gradients = differentiate(
                self, lambda call: self.compute_loss(x=x, y=y, y_pred=call(x, training=True))
            )
            self.optimizer.apply(gradients, self.trainable_variables)
            if by_hand:  # after the update, and outside of what is differentiated
                size = self.metrics[1]
                size.update_state(y, y)
                return {"loss": loss, "size": size.result()}
            return {**self.compute_metrics(x, y, y), "loss": loss}

    results = []
    for kind in (Own, keras.Model):
        model = network_with_graph_losses(kind, eagerly and kind is Own)
        history = model.fit(X, Y, batch_size=4, epochs=2, shuffle=False, verbose=0).history
        results.append([*history["loss"], *history["size"], *np.concatenate([w.ravel() for w in model.get_weights()])])
    np.testing.assert_allclose(*results, rtol=1e-3, atol=1e-5)


def test_a_step_with_state_may_go_on_to_the_frameworks():
    class Stated(keras.Model):
        def train_step(self, state, data):
            assert len(state[0]) == len(self.trainable_variables)
            logs, state = super().train_step(state, data)
            logs["double"] = 2 * logs["loss"]
            return logs, state

        def test_step(self, state, data):
            logs, state = super().test_step(state=state, data=data)
            return {**logs, "double": 2 * logs["loss"]}, state

        def predict_step(self, state, data):
            outputs, others = super().predict_step(state, data)
            return outputs + 100, others

    results = []
    for kind in (Stated, keras.Model):
        keras.utils.set_random_seed(4)
        inputs = keras.Input((3,))
        outputs = layers.Dense(1)(layers.Dropout(0.2)(layers.BatchNormalization()(inputs)))
        model = kind(inputs, outputs)
        model.compile(keras.optimizers.Adam(0.1), "mse", metrics=["mae"])
        history = model.fit(X, Y, batch_size=2, epochs=2, shuffle=False, verbose=0).history
        logs = model.evaluate(X, Y, verbose=0, return_dict=True)
        single = model.train_on_batch(X, Y, return_dict=True)
        if kind is Stated:
            assert all(np.isclose(one["double"], 2 * one["loss"]) for one in (logs, single))
        added = 100 if kind is Stated else 0
        predicted = [model.predict(X, verbose=0) - added, model.predict_on_batch(X) - added]
        numbers = [history["loss"], history["mae"], *predicted, *model.get_weights(), logs["mae"], single["loss"]]
        results.append(np.concatenate([np.ravel(one) for one in numbers]))
    np.testing.assert_allclose(*results, rtol=1e-3, atol=1e-4)


def test_a_step_is_given_the_parts_of_a_state():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match=r"state of 1 parts. It has 2: .* trainable, non-trainable variables"):
        model.predict_step([[]], X)
    with pytest.raises(TypeError, match=r"train_step\(\) takes data, or state and data; it got 3 arguments"):
        model.train_step(1, 2, 3)
