"""Training loops written in TensorFlow: Keras variables are sources of a GradientTape, eager and in a tf.function."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from keras_conformance import Affine, Descent, RunningMean, problem
from keras_core import Input, Layer, Model, Sequential


@pytest.mark.parametrize("graph", [False, True])
def test_a_tape_finds_the_gradients_of_keras_variables(graph: bool) -> None:
    x, y = problem(16)
    model = Sequential([Input((5,)), RunningMean(), Affine(1)])
    w, b = model.get_weights()[1:]
    optimizer = Descent(0.1)
    optimizer.build(model.trainable_variables)

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    run = tf.function(step) if graph else step
    run(tf.constant(x), tf.constant(y))
    mean = 0.5 * x.mean(0)
    error = (x - mean) @ w + b - y
    np.testing.assert_allclose(model.layers[0].mean.numpy(), mean, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(model.get_weights()[1], w - 0.1 * 2 * (x - mean).T @ error / 16, rtol=1e-4, atol=1e-5)
    assert int(optimizer.iterations.numpy()) == 1


def test_a_rule_for_shapes_that_asks_the_base_class() -> None:
    class Largest(Layer):
        def call(self, inputs: Any) -> Any:
            return tf.argmax(tf.square(inputs), axis=-1)

        def compute_output_shape(self, input_shape: Any) -> Any:
            return super().compute_output_shape(input_shape)

    layer = Largest()
    assert layer.compute_output_shape((None, 3)) == (None,)
    assert (layer(Input((3,))).shape, layer(Input((3,))).dtype) == ((None,), "int64")


class OwnStep(Model):
    """A model whose train_step is written with a tape."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = Affine(1)

    def call(self, inputs: Any) -> Any:
        return self.dense(inputs)

    def train_step(self, data: Any) -> Any:
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self(x, training=True) - y) ** 2)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return {"loss": loss}


def test_several_tapes_in_train_step() -> None:
    x, y = problem(16)

    class Twice(OwnStep):
        def train_step(self, data: Any) -> Any:
            before = tf.reduce_mean((self(data[0]) - data[1]) ** 2)
            for _ in range(2):
                super().train_step(data)
            return {"loss": before}

    model, reference = Twice(), OwnStep()
    for one in (model, reference):
        one.compile(Descent(0.1))
        one.predict(x, verbose=0)
    reference.set_weights(model.get_weights())
    model.fit(x, y, batch_size=16, epochs=2, verbose=0)
    reference.fit(x, y, batch_size=16, epochs=4, verbose=0)
    for found, expected in zip(model.get_weights(), reference.get_weights(), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("jit_compile", [False, True])
@pytest.mark.parametrize("single", [False, True])
def test_a_tape_in_train_step(jit_compile: bool, single: bool) -> None:
    x, y = problem(16)
    model = OwnStep()
    model.compile(Descent(0.1), jit_compile=jit_compile)
    model.predict(x, verbose=0)
    w, b = model.get_weights()
    speed_w, speed_b = 0 * w, 0 * b  # Descent has momentum
    for _ in range(3):
        error = x @ w + b - y
        speed_w, speed_b = 0.9 * speed_w - 0.2 * x.T @ error / 16, 0.9 * speed_b - 0.2 * error.mean(0)
        w, b = w + speed_w, b + speed_b
    if single:
        for _ in range(3):
            model.train_on_batch(x, y)
    else:
        model.fit(x, y, batch_size=16, epochs=3, verbose=0)
    for found, expected in zip(model.get_weights(), (w, b), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_tensorflow_functions_take_keras_variables() -> None:
    layer = Affine(3)
    layer.build((None, 2))
    np.testing.assert_array_equal(tf.convert_to_tensor(layer.kernel).numpy(), layer.kernel.numpy())
    assert tf.matmul(tf.ones((1, 2)), layer.kernel).shape == (1, 3)
