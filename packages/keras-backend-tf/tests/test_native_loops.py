"""Training loops written in TensorFlow: Keras variables are sources of a GradientTape, eager and in a tf.function."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from keras_core import Input, Sequential
from keras_core.conformance.pieces import Affine, Descent, RunningMean, problem


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


def test_tensorflow_functions_take_keras_variables() -> None:
    layer = Affine(3)
    layer.build((None, 2))
    np.testing.assert_array_equal(tf.convert_to_tensor(layer.kernel).numpy(), layer.kernel.numpy())
    assert tf.matmul(tf.ones((1, 2)), layer.kernel).shape == (1, 3)
