"""Recurrent layers that say what one step computes."""

import numpy as np
import pytest
from keras_core import Input, Model, Sequential, ops
from keras_legacy import ConvRecurrent2D, Recurrent
from keras_legacy import backend as K


class Plain(Recurrent):
    """A simple recurrence in the way of Keras 2.0."""

    def __init__(self, units, **kwargs):
        self.units = units
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="kernel")
        self.recurrent_kernel = self.add_weight(shape=(self.units, self.units), initializer="orthogonal", name="r")
        self.states = [None]
        if self.stateful:
            self.reset_states()
        self.built = True

    def preprocess_input(self, inputs, training=None):
        return K.dot(inputs, self.kernel)

    def get_constants(self, inputs):
        return [K.constant(0.5)]

    def step(self, x, states):
        h, half = states
        new = K.tanh(x + half * K.dot(h, self.recurrent_kernel))
        return new, [new]


def by_hand(layer, x, h=0.0, order=None):
    kernel, recurrent = layer.get_weights()
    outputs = []
    for t in order or range(x.shape[1]):
        h = np.tanh(x[:, t] @ kernel + 0.5 * (np.zeros((len(x), layer.units)) + h) @ recurrent)
        outputs.append(h)
    return np.stack(outputs, 1)


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")


def test_steps_by_hand(x):
    layer = Plain(5, return_sequences=True, return_state=True)
    outputs, state = layer(x)
    expected = by_hand(layer, x)
    np.testing.assert_allclose(np.asarray(outputs), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(np.asarray(state), expected[:, -1], rtol=1e-4, atol=1e-5)
    layer.go_backwards, layer.return_state = True, False
    np.testing.assert_allclose(np.asarray(layer(x)), by_hand(layer, x, order=range(3, -1, -1)), rtol=1e-4, atol=1e-5)


def test_in_a_model_with_a_mask_and_an_initial_state(x):
    inputs, start = Input((None, 3)), Input((5,))
    layer = Plain(5, unroll=False)
    model = Model([inputs, start], layer(inputs, initial_state=start))
    assert model.output_shape == (None, 5)
    h = np.ones((2, 5), "float32")
    np.testing.assert_allclose(model.predict([x, h], verbose=0), by_hand(layer, x, h)[:, -1], rtol=1e-4, atol=1e-5)
    mask = np.array([[True, True, False, False], [True] * 4])
    masked = np.asarray(layer(x, mask=mask))
    np.testing.assert_allclose(masked[0], by_hand(layer, x)[0, 1], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(masked[1], by_hand(layer, x)[1, 3], rtol=1e-4, atol=1e-5)


def test_stateful(x):
    model = Sequential([Plain(5, stateful=True, batch_input_shape=(2, None, 3))])
    first, second = (model.predict(x[:, at], verbose=0, batch_size=2) for at in (slice(2), slice(2, 4)))
    whole = by_hand(model.layers[0], x)
    np.testing.assert_allclose(first, whole[:, 1], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(second, whole[:, 3], rtol=1e-4, atol=1e-5)
    model.reset_states()
    np.testing.assert_allclose(model.predict(x[:, :2], verbose=0), first, rtol=1e-4, atol=1e-5)
    assert len(model.layers[0].weights) == 2
    with pytest.raises(ValueError, match=r"has a state of shape \(2, 5\), got an array of shape \(3,\)"):
        model.layers[0].reset_states([np.zeros(3)])


@pytest.mark.needs_train
def test_it_trains(x):
    model = Sequential([Plain(5, input_shape=(4, 3))])
    model.compile("sgd", "mse")
    losses = model.fit(x, np.zeros((2, 5), "float32"), epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_what_is_missing_is_said(x):
    with pytest.raises(NotImplementedError, match=r"needs a method step\(inputs, states\)"):
        type("NoStep", (Recurrent,), {"units": 3})()(x)
    with pytest.raises(ValueError, match="needs an attribute 'units' or 'output_dim'"):
        Recurrent()(x)
    with pytest.raises(ValueError, match="keeps no states"):
        Plain(3).reset_states()
    with pytest.raises(ValueError, match="needs a fixed batch size"):
        Plain(3, stateful=True)(x)
    with pytest.raises(NotImplementedError, match="get_initial_state"):
        ConvRecurrent2D(1, 1)(np.zeros((1, 2, 3, 3, 1), "float32"))


class Mixed(ConvRecurrent2D):
    """A convolutional recurrence."""

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(*self.kernel_size, input_shape[-1], self.filters), name="kernel")
        self.built = True

    def get_initial_state(self, inputs):
        return [ops.zeros_like(K.conv2d(inputs[:, 0], self.kernel, padding=self.padding))]

    def step(self, x, states):
        new = 0.5 * states[0] + K.conv2d(x, self.kernel, padding=self.padding)
        return new, [new]


def test_over_images():
    x = np.random.default_rng(0).normal(size=(1, 3, 4, 4, 2)).astype("float32")
    layer = Mixed(3, 1, padding="same", return_sequences=True)
    outputs = np.asarray(layer(x))
    projected = x @ layer.kernel.numpy()[0, 0]
    expected = projected[:, 2] + 0.5 * (projected[:, 1] + 0.5 * projected[:, 0])
    np.testing.assert_allclose(outputs[:, 2], expected, rtol=1e-4, atol=1e-5)
    assert layer.get_config()["kernel_size"] == (1, 1)
