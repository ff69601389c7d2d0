"""Programs in the way of books and repositories for Keras 2: models that share parts, and training of one's own."""

from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import backend as K  # noqa: E402
from keras import optimizers  # noqa: E402
from keras.callbacks import Callback  # noqa: E402
from keras.engine.topology import Layer  # noqa: E402
from keras.layers import (  # noqa: E402
    Activation,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    Lambda,
    LeakyReLU,
    Reshape,
    UpSampling2D,
)
from keras.models import Model, Sequential  # noqa: E402

pytestmark = pytest.mark.needs_train


# -- generative models


@pytest.mark.parametrize("way", ["layer", "closure", "add_loss"])
def test_a_variational_autoencoder(way):
    x = np.random.RandomState(0).uniform(size=(64, 12)).round().astype("float32")
    inputs = Input(shape=(12,))
    h = Dense(16, activation="relu")(inputs)
    z_mean, z_log_var = Dense(2)(h), Dense(2)(h)

    def sampling(args):
        mean, log_var = args
        epsilon = K.random_normal(shape=(K.shape(mean)[0], 2), mean=0.0, stddev=1.0)
        return mean + K.exp(log_var / 2) * epsilon

    z = Lambda(sampling, output_shape=(2,))([z_mean, z_log_var])
    decoder = Sequential([Dense(16, activation="relu", input_dim=2), Dense(12, activation="sigmoid")])
    outputs = decoder(z)

    def kl():
        return -0.5 * K.sum(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var), axis=-1)

    if way == "layer":

        class VariationalLayer(Layer):
            def vae_loss(self, truth, decoded):
                xent = keras.metrics.binary_crossentropy(K.flatten(truth), K.flatten(decoded))
                return K.mean(12 * xent + kl())

            def call(self, both):
                truth, decoded = both
                self.add_loss(self.vae_loss(truth, decoded), inputs=both)
                return truth

        vae = Model(inputs, VariationalLayer()([inputs, outputs]))
        vae.compile(optimizer="rmsprop", loss=None)
        history = vae.fit(x=x, y=None, shuffle=True, epochs=10, batch_size=16, verbose=0)
    elif way == "closure":
        vae = Model(inputs, outputs)

        def vae_loss(truth, decoded):
            return 12 * keras.losses.binary_crossentropy(truth, decoded) + kl()

        vae.compile("rmsprop", vae_loss)
        history = vae.fit(x, x, epochs=10, batch_size=16, verbose=0)
    else:
        vae = Model(inputs, outputs)
        vae.add_loss(K.mean(12 * keras.losses.binary_crossentropy(inputs, outputs) + kl()))
        vae.compile("rmsprop")
        history = vae.fit(x, epochs=10, batch_size=16, verbose=0)
    losses = history.history["loss"]
    assert losses[-1] < losses[0]
    encoder = Model(inputs, z_mean)
    assert encoder.predict(x).shape == (64, 2) and decoder.predict(np.zeros((3, 2))).shape == (3, 12)


@pytest.mark.filterwarnings("ignore:Model .* the trainable weights changed after compile")  # as in Keras 2
def test_two_networks_against_each_other():
    rng = np.random.RandomState(5)
    real = np.tile(np.eye(4)[None, :, :, None], (64, 1, 1, 1)) + rng.normal(0, 0.05, (64, 4, 4, 1))

    generator = Sequential()
    generator.add(Dense(4 * 2 * 2, input_dim=3))
    generator.add(LeakyReLU(alpha=0.2))
    generator.add(Reshape((2, 2, 4)))
    generator.add(UpSampling2D())
    generator.add(Conv2D(4, kernel_size=3, padding="same"))
    generator.add(BatchNormalization(momentum=0.8))
    generator.add(Activation("relu"))
    generator.add(Conv2D(1, kernel_size=3, padding="same"))

    critic = Sequential()
    critic.add(Conv2D(8, kernel_size=3, strides=2, input_shape=(4, 4, 1), padding="same"))
    critic.add(LeakyReLU(alpha=0.2))
    critic.add(Dropout(0.1))
    critic.add(Flatten())
    critic.add(Dense(1, activation="sigmoid"))

    optimizer = optimizers.Adam(0.002, 0.5)
    critic.compile(loss="binary_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    z = Input(shape=(3,))
    critic.trainable = False
    combined = Model(z, critic(generator(z)))
    combined.compile(loss="binary_crossentropy", optimizer=optimizer)
    valid, fake = np.ones((16, 1)), np.zeros((16, 1))
    made = [w.copy() for w in critic.get_weights()]
    combined.train_on_batch(rng.normal(size=(16, 3)), valid)
    assert all((a == b).all() for a, b in zip(made, critic.get_weights(), strict=True))
    for _ in range(12):
        noise = rng.normal(0, 1, (16, 3))
        d_real = critic.train_on_batch(real[rng.randint(0, 64, 16)], valid)
        d_fake = critic.train_on_batch(generator.predict(noise), fake)
        d_loss = 0.5 * np.add(d_real, d_fake)
        g_loss = combined.train_on_batch(noise, valid)
    assert d_loss.shape == (2,) and np.isfinite([*d_loss, g_loss]).all()
    assert not any((a == b).all() for a, b in zip(made, critic.get_weights(), strict=True) if a.size > 1)


def base_network():
    seq = Sequential()
    seq.add(Dense(16, input_shape=(4,), activation="relu"))
    seq.add(Dense(4, activation="relu"))
    return seq


def test_twins_that_say_how_far_apart_things_are():
    def euclidean_distance(vects):
        x, y = vects
        return K.sqrt(K.maximum(K.sum(K.square(x - y), axis=1, keepdims=True), K.epsilon()))

    def eucl_dist_output_shape(shapes):
        return (shapes[0][0], 1)

    def contrastive_loss(y_true, y_pred):
        return K.mean(y_true * K.square(y_pred) + (1 - y_true) * K.square(K.maximum(1 - y_pred, 0)))

    def accuracy(y_true, y_pred):
        return K.mean(K.equal(y_true, K.cast(y_pred < 0.5, y_true.dtype)))

    rng = np.random.RandomState(0)
    kinds = rng.randint(0, 2, (64, 2))
    points = rng.normal(0, 0.2, (64, 2, 4)) + kinds[..., None]
    same = (kinds[:, 0] == kinds[:, 1]).astype("float32")
    network, one, two = base_network(), Input(shape=(4,)), Input(shape=(4,))
    distance = Lambda(euclidean_distance, output_shape=eucl_dist_output_shape)([network(one), network(two)])
    model = Model([one, two], distance)
    model.compile(loss=contrastive_loss, optimizer=optimizers.RMSprop(lr=0.01), metrics=[accuracy])
    history = model.fit([points[:, 0], points[:, 1]], same, batch_size=16, epochs=10, verbose=0).history
    assert history["loss"][-1] < 0.5 * history["loss"][0] and history["accuracy"][-1] > 0.9


def test_triplets():
    def triplet_loss(y_true, y_pred, alpha=0.4):
        anchor, positive, negative = y_pred[:, 0:4], y_pred[:, 4:8], y_pred[:, 8:12]
        pos_dist = K.sum(K.square(anchor - positive), axis=1)
        neg_dist = K.sum(K.square(anchor - negative), axis=1)
        return K.maximum(pos_dist - neg_dist + alpha, 0.0)

    rng = np.random.RandomState(0)
    triplets = [rng.normal(shift, 0.3, (48, 4)) for shift in (0, 0, 1)]
    network, inputs = base_network(), [Input((4,)) for _ in range(3)]
    model = Model(inputs, Concatenate(axis=-1)([network(one) for one in inputs]))
    model.compile(loss=triplet_loss, optimizer=optimizers.Adam(0.01))
    losses = model.fit(triplets, np.zeros((48, 1)), epochs=8, batch_size=16, verbose=0).history["loss"]
    assert losses[-1] < 0.5 * losses[0]
    found = model.predict(triplets)
    by_hand = triplet_loss(None, K.constant(found))
    np.testing.assert_allclose(
        model.evaluate(triplets, np.zeros((48, 1)), verbose=0), K.eval(K.mean(by_hand)), rtol=1e-4
    )


# -- loops of one's own


def test_an_agent_that_learns_to_walk_right():
    """Deep Q-learning: a network and its copy, trained batch by batch from a memory."""
    keras.utils.set_random_seed(11)
    states, actions, gamma = 5, 2, 0.9

    def build_model():
        model = Sequential()
        model.add(Dense(24, input_dim=states, activation="relu"))
        model.add(Dense(actions, activation="linear"))
        model.compile(loss="mse", optimizer=optimizers.Adam(lr=0.02))
        return model

    model, target_model = build_model(), build_model()
    target_model.set_weights(model.get_weights())
    rng = np.random.RandomState(0)
    memory = []
    for _ in range(150):
        state, action = rng.randint(states - 1), rng.randint(actions)
        after = min(max(state + (1 if action else -1), 0), states - 1)
        memory.append(
            (np.eye(states)[[state]], action, float(after == states - 1), np.eye(states)[[after]], after == states - 1)
        )
    losses = []
    for step in range(90):
        batch = [memory[i] for i in rng.choice(len(memory), 16)]
        state, after = (np.concatenate([one[k] for one in batch]) for k in (0, 3))
        target = model.predict_on_batch(state)
        later = target_model.predict_on_batch(after)
        for i, (_, action, reward, _, done) in enumerate(batch):
            target[i][action] = reward if done else reward + gamma * np.amax(later[i])
        losses.append(model.train_on_batch(state, target))
        if step % 10 == 9:
            target_model.set_weights(model.get_weights())
    assert np.mean(losses[-5:]) < losses[0]
    values = model.predict(np.eye(states)[:-1])
    assert (values.argmax(1) == 1).mean() >= 0.75


def test_callbacks_of_ones_own():
    class LossHistory(Callback):
        def on_train_begin(self, logs=None):
            self.losses, self.sizes = [], []

        def on_batch_end(self, batch, logs=None):
            self.losses.append(logs.get("loss"))
            self.sizes.append(logs.get("size"))

    class Cyclic(Callback):
        """The learning rate goes up and down with the batches."""

        def __init__(self, base_lr=0.01, max_lr=0.05, step_size=3.0):
            super().__init__()
            self.base_lr, self.max_lr, self.step_size = base_lr, max_lr, step_size
            self.iterations, self.seen = 0.0, []

        def clr(self):
            cycle = np.floor(1 + self.iterations / (2 * self.step_size))
            x = np.abs(self.iterations / self.step_size - 2 * cycle + 1)
            return self.base_lr + (self.max_lr - self.base_lr) * np.maximum(0, (1 - x))

        def on_train_begin(self, logs=None):
            K.set_value(self.model.optimizer.lr, self.base_lr)

        def on_batch_end(self, epoch, logs=None):
            logs = logs or {}
            self.iterations += 1
            self.seen.append(float(K.get_value(self.model.optimizer.lr)))
            K.set_value(self.model.optimizer.lr, self.clr())

    class Scores(Callback):
        def on_epoch_end(self, epoch, logs=None):
            predicted = np.asarray(self.model.predict(self.validation_data[0])).round()
            logs["hits"] = float((predicted == self.validation_data[1]).mean())

    rng = np.random.RandomState(0)
    x = rng.normal(size=(40, 3))
    y = (x.sum(1, keepdims=True) > 0).astype("float32")
    model = Sequential([Dense(1, activation="sigmoid", input_dim=3)])
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    losses, cyclic, scores = LossHistory(), Cyclic(), Scores()
    history = model.fit(
        x, y, batch_size=16, epochs=3, validation_data=(x, y), callbacks=[losses, cyclic, scores], verbose=0
    )
    assert losses.sizes == [16, 16, 8] * 3 and len(losses.losses) == 9
    np.testing.assert_allclose(
        cyclic.seen[:7],
        [0.01, 0.01 + 0.04 / 3, 0.01 + 0.08 / 3, 0.05, 0.01 + 0.08 / 3, 0.01 + 0.04 / 3, 0.01],
        rtol=1e-4,
    )
    np.testing.assert_allclose(history.history["hits"], history.history["val_accuracy"], atol=1e-6)
