"""One-hot characters, 40 steps of 57, through two LSTMs of 128 units; Adam, by hand in TensorFlow."""

import numpy as np
import tensorflow as tf
from loops_tensorflow import Loop, demonstrate, glorot, zeros

CHARACTERS, STEPS, UNITS = 57, 40, 128


def lstm(projected, recurrent):
    """Outputs of all steps for the projected inputs of all steps, time first."""
    h = c = tf.zeros((tf.shape(projected)[1], UNITS))
    outputs = tf.TensorArray(tf.float32, STEPS)
    for t in tf.range(STEPS):
        i, f, g, o = tf.split(projected[t] + h @ recurrent, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        outputs = outputs.write(t, h)
    return outputs.stack(), h


def forward(p, x):
    """Logits of a batch of rows of 40 characters; the inputs' products are computed for all steps at once."""
    kernel1, recurrent1, bias1, kernel2, recurrent2, bias2, dense, dense_bias = p
    projected = tf.tensordot(tf.transpose(x, (1, 0, 2)), kernel1, 1) + bias1
    sequence, _ = lstm(projected, recurrent1)
    _, last = lstm(tf.tensordot(sequence, kernel2, 1) + bias2, recurrent2)
    return last @ dense + dense_bias


def make(variant, data, batch):
    """The loop of one variant."""
    random = np.random.default_rng(1)
    bias = np.concatenate([zeros(UNITS), np.ones(UNITS, "float32"), zeros(2 * UNITS)])
    kernels = [glorot(random, size, 4 * UNITS) for size in (CHARACTERS, UNITS, UNITS, UNITS)]
    parameters = [kernels[0], kernels[1], bias, kernels[2], kernels[3], bias]
    return Loop([*parameters, glorot(random, UNITS, CHARACTERS), zeros(CHARACTERS)], forward, data, batch, variant)


if __name__ == "__main__":
    random = np.random.default_rng(0)
    x = np.eye(CHARACTERS, dtype="float32")[random.integers(0, CHARACTERS, (2_570, STEPS))]
    data = x, random.integers(0, CHARACTERS, 2_570).astype("int32")
    demonstrate(lambda variant: make(variant, data, 128))
