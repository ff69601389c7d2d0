"""Words and positions in 128 numbers, two transformer blocks of 4 heads, 2 classes; Adam, by hand in TensorFlow."""

import numpy as np
import tensorflow as tf
from loops_tensorflow import Loop, demonstrate, glorot, zeros

WORDS, T, D, HEADS, HIDDEN, BLOCKS = 10_000, 64, 128, 4, 512, 2


def normalized(x, scale, shift):
    """Every row with mean 0 and variance 1, times a scale, plus a shift."""
    mean, variance = tf.nn.moments(x, -1, keepdims=True)
    return (x - mean) * tf.math.rsqrt(variance + 1e-3) * scale + shift


def block(x, wq, bq, wk, bk, wv, bv, wo, bo, scale1, shift1, w1, b1, w2, b2, scale2, shift2):
    """Attention, then two dense layers, each added to its input and normalized."""
    rows = tf.reshape(x, (-1, D))
    q, k, v = (
        tf.transpose(tf.reshape(rows @ w + b, (-1, T, HEADS, D // HEADS)), (0, 2, 1, 3))
        for w, b in ((wq, bq), (wk, bk), (wv, bv))
    )
    weights = tf.nn.softmax(tf.matmul(q * (D // HEADS) ** -0.5, k, transpose_b=True))
    heads = tf.reshape(tf.transpose(weights @ v, (0, 2, 1, 3)), (-1, D))
    rows = normalized(rows + heads @ wo + bo, scale1, shift1)
    rows = normalized(rows + tf.nn.relu(rows @ w1 + b1) @ w2 + b2, scale2, shift2)
    return tf.reshape(rows, (-1, T, D))


def forward(p, x):
    """Logits of a batch of rows of 64 words."""
    words, places, *rest = p
    x = tf.gather(words, x) + places
    for k in range(BLOCKS):
        x = block(x, *rest[16 * k : 16 * k + 16])
    return tf.reduce_mean(x, 1) @ rest[-2] + rest[-1]


def make(variant, data, batch):
    """The loop of one variant."""
    random = np.random.default_rng(1)
    parameters = [random.uniform(-0.05, 0.05, (n, D)).astype("float32") for n in (WORDS, T)]
    for _ in range(BLOCKS):
        for _ in range(4):
            parameters += [glorot(random, D, D), zeros(D)]
        parameters += [ones(D), zeros(D), glorot(random, D, HIDDEN), zeros(HIDDEN)]
        parameters += [glorot(random, HIDDEN, D), zeros(D), ones(D), zeros(D)]
    return Loop([*parameters, glorot(random, D, 2), zeros(2)], forward, data, batch, variant)


def ones(*shape):
    """Initial values of a scale."""
    return np.ones(shape, "float32")


if __name__ == "__main__":
    random = np.random.default_rng(0)
    data = random.integers(1, WORDS, (1_290, T)).astype("int32"), random.integers(0, 2, 1_290).astype("int32")
    demonstrate(lambda variant: make(variant, data, 32))
