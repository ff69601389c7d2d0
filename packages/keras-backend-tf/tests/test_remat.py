"""What is computed again is computed twice, whatever compiles it, and gives the same gradients."""

import functools
import re

import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf.remat import remat

X = np.random.default_rng(0).normal(size=(4, 8)).astype("float32")


def block(x, weights, place):
    for _ in range(3):
        x = tf.tanh(tf.matmul(x, weights))
    return [x + tf.cast(place, x.dtype), place]


def gradient(fn, x, weights):
    with tf.GradientTape() as tape:
        tape.watch([x, weights])
        y, _ = fn(x, weights, tf.constant(1))
        loss = tf.reduce_sum(y**2)
    return tape.gradient(loss, [x, weights])


@pytest.mark.parametrize("compiled", [False, True])
def test_gradients_are_the_same_and_nothing_is_merged(compiled):
    weights = tf.fill((8, 8), 0.1)
    programs = [tf.function(functools.partial(gradient, fn), jit_compile=compiled) for fn in (block, remat(block))]
    found = [program(tf.constant(X), weights) for program in programs]
    for one, expected in zip(*found, strict=True):
        np.testing.assert_allclose(one, expected, rtol=1e-5)
    if compiled:
        texts = [p.experimental_get_compiler_ir(tf.constant(X), weights)(stage="optimized_hlo") for p in programs]
        counts = [len(re.findall(r" tanh\(", text)) for text in texts]
        assert counts == [3, 6]


def test_eagerly():
    found = [gradient(fn, tf.constant(X), tf.fill((8, 8), 0.1)) for fn in (block, remat(block))]
    for one, expected in zip(*found, strict=True):
        np.testing.assert_allclose(one, expected, rtol=1e-5)


def test_gradients_of_gradients():
    x = tf.constant(2.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            (y,) = remat(lambda one: [one**3])(x)
        first = inner.gradient(y, x)
    assert float(outer.gradient(first, x)) == pytest.approx(12)
