"""Single layers by hand in TensorFlow: a compiled step with or without XLA, and a compiled call."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

VARIANTS = ("step", "xla-step")


def depthwise(p, x):
    """One filter a channel."""
    return tf.nn.bias_add(tf.nn.depthwise_conv2d(x, p[0], (1, 1, 1, 1), "SAME"), p[1])


def separable(p, x):
    """One filter a channel, then a mixture."""
    return tf.nn.bias_add(tf.nn.conv2d(tf.nn.depthwise_conv2d(x, p[0], (1, 1, 1, 1), "SAME"), p[1], 1, "VALID"), p[2])


def transposed(p, x):
    """The gradient of a convolution with strides of 2."""
    shape = tf.shape(x)
    size = (shape[0], shape[1] * 2, shape[2] * 2, p[0].shape[2])
    return tf.nn.bias_add(tf.nn.conv2d_transpose(x, p[0], size, 2, "SAME"), p[1])


def attention(p, x):
    """Four heads."""
    q, q_bias, k, k_bias, v, v_bias, out, out_bias = p
    query = tf.einsum("btf,fhd->bthd", x, q) + q_bias
    key = tf.einsum("btf,fhd->bthd", x, k) + k_bias
    value = tf.einsum("btf,fhd->bthd", x, v) + v_bias
    scores = tf.einsum("bqhd,bkhd->bhqk", query / np.float32(np.sqrt(query.shape[-1])), key)
    attended = tf.einsum("bhqk,bkhd->bqhd", tf.nn.softmax(scores), value)
    return tf.einsum("bqhd,hdf->bqf", attended, out) + out_bias


def conv_lstm(p, x):
    """The input's convolutions at once, then the steps, written out."""
    kernel, recurrent, bias = p
    size, steps = x.shape[:2]
    inputs = tf.nn.conv2d(tf.reshape(x, (-1, *x.shape[2:])), kernel, 1, "SAME") + bias
    inputs = tf.unstack(tf.reshape(inputs, (size, steps, *inputs.shape[1:])), axis=1)
    h = c = tf.zeros((size, *x.shape[2:4], recurrent.shape[2]))
    for row in inputs:
        i, f, g, o = tf.split(row + tf.nn.conv2d(h, recurrent, 1, "SAME"), 4, axis=-1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
    return h


def layer_norm(p, x):
    """By the statistics of the last axis."""
    mean, variance = tf.nn.moments(x, -1, keepdims=True)
    return (x - mean) * tf.math.rsqrt(variance + 1e-3) * p[0] + p[1]


def stepwise(rows):
    """Rows to read one by one in a loop, whose gradients are put side by side, not added to one of all rows."""
    return tf.TensorArray(rows.dtype, rows.shape[0], element_shape=rows.shape[1:]).unstack(rows)


def lstm(p, x, keep=None):
    """The input's products at once, then a loop."""
    kernel, recurrent, bias = p
    rows = stepwise(tf.tensordot(tf.transpose(x, (1, 0, 2)), kernel, 1) + bias)
    h = c = tf.zeros((x.shape[0], recurrent.shape[0]))
    for t in tf.range(x.shape[1]):
        i, f, g, o = tf.split(rows.read(t) + h @ recurrent, 4, axis=1)
        new_c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        new_h = tf.sigmoid(o) * tf.tanh(new_c)
        if keep is None:
            h, c = new_h, new_c
        else:
            here = keep.read(t)
            h, c = tf.where(here, new_h, h), tf.where(here, new_c, c)
    return h


def gru(p, x, keep=None):
    """The input's products at once, then a loop."""
    kernel, recurrent, bias = p
    rows = stepwise(tf.tensordot(tf.transpose(x, (1, 0, 2)), kernel, 1) + bias[0])
    h = tf.zeros((x.shape[0], recurrent.shape[0]))
    for t in tf.range(x.shape[1]):
        z, r, g = tf.split(rows.read(t), 3, axis=1)
        hz, hr, hg = tf.split(h @ recurrent + bias[1], 3, axis=1)
        z = tf.sigmoid(z + hz)
        new = z * h + (1 - z) * tf.tanh(g + tf.sigmoid(r + hr) * hg)
        h = new if keep is None else tf.where(keep.read(t), new, h)
    return h


def kept(x):
    """The mask, step by step."""
    return stepwise(tf.transpose(tf.reduce_any(x != 0, -1, keepdims=True), (1, 0, 2)))


FORWARD = {
    "depthwise": depthwise,
    "separable": separable,
    "transposed": transposed,
    "attention_128": attention,
    "attention_1024": attention,
    "conv_lstm": conv_lstm,
    "layer_norm": layer_norm,
    "gru": gru,
    "lstm": lstm,
    "masked_lstm": lambda p, x: lstm(p, x, kept(x)),
    "masked_gru": lambda p, x: gru(p, x, kept(x)),
    "embedding": lambda p, x: tf.gather(p[0], x),
}


class Loop:
    """Trains one layer on the mean of its output times y."""

    def __init__(self, case, variant, weights, x, y):
        self.case = case
        self.x, self.y = tf.constant(x), tf.constant(y)
        self.random = np.random.default_rng(0)
        self.weights = [tf.Variable(one) for one in weights]
        self.trained = self.weights[:2] if case.name == "batch_norm" else self.weights
        start = 0.1 if case.optimizer == "adagrad" else 0.0
        if case.optimizer != "sgd":
            self.first = [tf.Variable(tf.fill(one.shape, start)) for one in self.trained]
            self.second = [tf.Variable(tf.zeros_like(one)) for one in self.trained]
        self.count = tf.Variable(0.0)
        xla = variant.startswith("xla")
        self.tensor = self.x[: case.batch]
        self.step = tf.function(self.update, jit_compile=xla)
        self.forward = tf.function(lambda x: self.inference(x), jit_compile=xla)

    def inference(self, x):
        """The output of a call."""
        if self.case.name == "batch_norm":
            gamma, beta, mean, variance = self.weights
            return tf.compat.v1.nn.fused_batch_norm(x, gamma, beta, mean, variance, 1e-3, is_training=False)[0]
        return self.training(x)

    def training(self, x):
        """The output in a training step."""
        if self.case.name == "batch_norm":
            gamma, beta, moving_mean, moving_variance = self.weights
            out, mean, variance = tf.compat.v1.nn.fused_batch_norm(x, gamma, beta, epsilon=1e-3, is_training=True)
            moving_mean.assign(moving_mean * 0.99 + mean * 0.01)
            moving_variance.assign(moving_variance * 0.99 + variance * 0.01)
            return out
        return FORWARD[self.case.name.split("_")[0] if "embedding" in self.case.name else self.case.name](
            self.weights, x
        )

    def update(self, indices):
        """One step on rows of the data."""
        x, y = self.x, self.y
        if self.case.by_fit:
            x, y = tf.gather(x, indices), tf.gather(y, indices)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(self.training(x) * y)
        grads = tape.gradient(loss, self.trained)
        if self.case.optimizer == "adam":
            self.count.assign_add(1.0)
            rate = 0.001 * tf.sqrt(1 - tf.pow(0.999, self.count)) / (1 - tf.pow(0.9, self.count))
            for w, m, v, g in zip(self.trained, self.first, self.second, grads):
                g = tf.convert_to_tensor(g)
                m.assign_add((g - m) * (1 - 0.9))
                v.assign_add((g * g - v) * (1 - 0.999))
                w.assign_sub(rate * m / (tf.sqrt(v) + 1e-7))
        elif self.case.optimizer == "adagrad":
            ids, where = tf.unique(tf.reshape(grads[0].indices, (-1,)))
            g = tf.math.unsorted_segment_sum(grads[0].values, where, tf.size(ids))
            self.first[0].scatter_add(tf.IndexedSlices(g * g, ids))
            total = tf.gather(self.first[0], ids)
            self.trained[0].scatter_sub(tf.IndexedSlices(0.001 * g / tf.sqrt(total + 1e-7), ids))
        else:
            for w, g in zip(self.trained, grads):
                if isinstance(g, tf.IndexedSlices):
                    w.scatter_sub(tf.IndexedSlices(0.01 * g.values, g.indices))
                else:
                    w.assign_sub(0.01 * g)
        return loss

    def train(self, steps):
        """Steps over the data, in another order each time."""
        done = 0
        while done < steps:
            order = self.random.permutation(len(self.x)).astype("int32")
            for start in range(0, len(order), self.case.batch):
                loss = self.step(tf.constant(order[start : start + self.case.batch]))
                done += 1
        loss.numpy()

    def call(self):
        """One forward pass."""
        return self.forward(self.tensor).numpy()

    def output(self):
        """What it computes for the first batch."""
        return self.call()


def make(case, variant, weights, x, y):
    """The loop of one variant."""
    return Loop(case, variant, weights, x, y)
