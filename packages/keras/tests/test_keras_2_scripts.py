"""What scripts of Keras 2 do with K, custom layers, losses and callbacks, on the backend under test."""

import keras
import numpy as np
import pytest
from keras import backend as K
from keras.engine.topology import Layer
from keras.layers import Dense, Input, Lambda
from keras.models import Model, Sequential

pytestmark = pytest.mark.needs_train


@pytest.fixture(autouse=True)
def _seed():
    keras.utils.set_random_seed(0)


@pytest.fixture
def x():
    return np.random.default_rng(1).random((64, 8)).astype("float32")


class Product(Layer):
    def __init__(self, output_dim, **kwargs):
        self.output_dim = output_dim
        super(Product, self).__init__(**kwargs)  # noqa: UP008 (as such scripts write it)

    def build(self, input_shape):
        self.kernel = self.add_weight(
            name="kernel", shape=(input_shape[1], self.output_dim), initializer="uniform", trainable=True
        )
        super().build(input_shape)

    def call(self, x):
        return K.dot(x, self.kernel)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.output_dim)


class Centre(Layer):
    """Subtracts the batch's mean while training, its moving average otherwise."""

    def build(self, input_shape):
        self.mean = self.add_weight(name="mean", shape=(input_shape[-1],), initializer="zeros", trainable=False)
        super().build(input_shape)

    def call(self, x, training=None):
        mean = K.mean(x, axis=0)
        self.add_update([K.moving_average_update(self.mean, mean, 0.5)], x)
        return K.in_train_phase(x - mean, x - self.mean, training=training)

    def compute_output_shape(self, input_shape):
        return input_shape


def test_custom_layer_loss_metric_and_schedule(x):
    def loss(y_true, y_pred):
        return K.mean(K.square(y_true - y_pred), axis=-1)

    def distance(y_true, y_pred):
        return K.mean(K.abs(y_true - y_pred))

    class Schedule(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            K.set_value(self.model.optimizer.lr, 0.01 / (epoch + 1))

    model = Sequential([Product(5, input_shape=(8,)), Dense(1)])
    optimizer = keras.optimizers.SGD(lr=0.01, momentum=0.9, decay=1e-3, nesterov=True)
    model.compile(loss=loss, optimizer=optimizer, metrics=[distance])
    history = model.fit(x, x.sum(1), epochs=4, batch_size=16, verbose=0, callbacks=[Schedule()]).history
    assert history["loss"][-1] < history["loss"][0] / 4
    predicted = model.predict(x, verbose=0)
    expected = np.mean(np.abs(x.sum(1)[:, None] - predicted))
    np.testing.assert_allclose(model.evaluate(x, x.sum(1), verbose=0)[1], expected, rtol=1e-4)
    np.testing.assert_allclose(K.get_value(model.optimizer.lr), 0.0025, rtol=1e-6)


def test_updates_happen_in_training_only(x):
    model = Sequential([Centre(input_shape=(8,)), Dense(1)])
    model.compile(loss="mse", optimizer="sgd")
    mean = model.layers[0].mean
    model.train_on_batch(x, x.sum(1))
    np.testing.assert_allclose(K.get_value(mean), 0.5 * x.mean(0), rtol=1e-4)
    model.predict(x, verbose=0)
    model.test_on_batch(x, x.sum(1))
    np.testing.assert_allclose(K.get_value(mean), 0.5 * x.mean(0), rtol=1e-4)


def test_looking_inside_a_trained_model(x):
    model = Sequential([Centre(input_shape=(8,)), Dense(1)])
    model.compile(loss="mse", optimizer="sgd")
    model.fit(x, x.sum(1), verbose=0)
    inside = K.function([model.input, K.learning_phase()], [model.layers[0].output])
    mean = K.get_value(model.layers[0].mean)
    np.testing.assert_allclose(inside([x, 1])[0], x - x.mean(0), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(inside([x, 0])[0], x - mean, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(K.get_value(model.layers[0].mean), mean)
    saliency = K.function([model.input], K.gradients(model.output, model.input))([x])[0]
    np.testing.assert_allclose(saliency, np.tile(model.layers[1].get_weights()[0].T, (64, 1)), rtol=1e-4)


def test_variational_autoencoder(x):
    inputs = Input(shape=(8,))
    hidden = Dense(6, activation="relu")(inputs)
    mean, log_variance = Dense(2)(hidden), Dense(2)(hidden)

    def sample(arguments):
        mean, log_variance = arguments
        noise = K.random_normal(shape=(K.shape(mean)[0], 2), mean=0.0, stddev=1.0)
        return mean + K.exp(log_variance / 2) * noise

    code = Lambda(sample, output_shape=(2,))([mean, log_variance])
    outputs = Dense(8, activation="sigmoid")(code)
    model = Model(inputs, outputs)
    reconstruction = 8 * keras.losses.binary_crossentropy(inputs, outputs)
    divergence = -0.5 * K.sum(1 + log_variance - K.square(mean) - K.exp(log_variance), axis=-1)
    model.add_loss(K.mean(reconstruction + divergence))
    model.compile(optimizer=keras.optimizers.Adam(lr=0.01), loss=None)
    losses = model.fit(x, epochs=15, batch_size=16, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    one, other = (model.predict(x[:3], verbose=0) for _ in range(2))
    assert not np.array_equal(one, other)


def test_a_training_function_of_one_s_own(x):
    model = Sequential([Dense(1, input_dim=8)])
    target = K.placeholder((None, 1))
    loss = K.mean(K.square(model.output - target))
    optimizer = keras.optimizers.SGD(lr=0.05)
    updates = optimizer.get_updates(loss, model.trainable_weights)
    train = K.function([model.input, target], [loss], updates=updates)
    y = x.sum(1, keepdims=True)
    kernel, bias = model.get_weights()
    error = x @ kernel + bias - y
    found = train([x, y])[0]
    np.testing.assert_allclose(found, np.mean(error**2), rtol=1e-5)
    np.testing.assert_allclose(model.get_weights()[0], kernel - 0.05 * 2 * x.T @ error / 64, rtol=1e-4, atol=1e-6)
    for _ in range(50):
        last = train([x, y])[0]
    assert last < found / 5


class OldSGD(keras.optimizers.Optimizer):
    def __init__(self, lr=0.05, momentum=0.5, **kwargs):
        super().__init__(**kwargs)
        self.lr = K.variable(lr, name="lr")
        self.momentum = K.variable(momentum, name="momentum")

    def get_updates(self, loss, params):
        grads = self.get_gradients(loss, params)
        self.updates = [K.update_add(self.iterations, 1)]
        moments = [K.zeros(K.int_shape(p)) for p in params]
        self.weights = [self.iterations, *moments]
        for p, g, m in zip(params, grads, moments, strict=True):
            v = self.momentum * m - self.lr * g
            self.updates.append(K.update(m, v))
            self.updates.append(K.update(p, p + v))
        return self.updates


def test_an_optimizer_of_one_s_own(x):
    y = x.sum(1, keepdims=True)
    models = [Sequential([Dense(1, input_dim=8, kernel_initializer="ones")]) for _ in range(2)]
    for model, optimizer in zip(models, [OldSGD(), keras.optimizers.SGD(0.05, momentum=0.5)], strict=True):
        model.compile(loss="mse", optimizer=optimizer)
        model.fit(x, y + 1, epochs=3, batch_size=16, shuffle=False, verbose=0)
    for found, expected in zip(*(model.get_weights() for model in models), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4)
    assert int(K.get_value(models[0].optimizer.iterations)) == 12
