"""Single layers by hand in JAX: a compiled step of plain gradient descent, Adagrad or Adam, and a compiled call."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

VARIANTS = ("step",)
RATES = {"sgd": 0.01, "adagrad": 0.001, "adam": 0.001}
PICTURES = ("NHWC", "HWIO", "NHWC")


def conv(x, kernel, **options):
    """A convolution that keeps the size."""
    return lax.conv_general_dilated(x, kernel, (1, 1), "SAME", dimension_numbers=PICTURES, **options)


def depthwise(p, x):
    """One filter a channel."""
    kernel, bias = p
    kernel = kernel.reshape(*kernel.shape[:2], 1, -1)
    return conv(x, kernel, feature_group_count=x.shape[-1]) + bias


def separable(p, x):
    """One filter a channel, then a mixture."""
    first, second, bias = p
    first = first.reshape(*first.shape[:2], 1, -1)
    return conv(conv(x, first, feature_group_count=x.shape[-1]), second) + bias


def transposed(p, x):
    """The gradient of a convolution with strides of 2."""
    kernel, bias = p
    return lax.conv_transpose(x, kernel, (2, 2), "SAME", dimension_numbers=PICTURES, transpose_kernel=True) + bias


def attention(p, x):
    """Four heads."""
    q, q_bias, k, k_bias, v, v_bias, out, out_bias = p
    query = jnp.einsum("btf,fhd->bthd", x, q) + q_bias
    key = jnp.einsum("btf,fhd->bthd", x, k) + k_bias
    value = jnp.einsum("btf,fhd->bthd", x, v) + v_bias
    scores = jnp.einsum("bqhd,bkhd->bhqk", query / np.float32(np.sqrt(query.shape[-1])), key)
    attended = jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(scores), value)
    return jnp.einsum("bqhd,hdf->bqf", attended, out) + out_bias


def conv_lstm(p, x):
    """The input's convolutions at once, then a loop."""
    kernel, recurrent, bias = p
    size, steps = x.shape[:2]
    inputs = conv(x.reshape(-1, *x.shape[2:]), kernel) + bias
    inputs = jnp.swapaxes(inputs.reshape(size, steps, *inputs.shape[1:]), 0, 1)

    def step(carry, row):
        h, c = carry
        i, f, g, o = jnp.split(row + conv(h, recurrent), 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

    start = jnp.zeros((size, *x.shape[2:4], recurrent.shape[2]))
    h, c = start, start
    for t in range(steps):  # a loop in the program has slow convolutions
        (h, c), _ = step((h, c), inputs[t])
    return h


def batch_norm(p, x):
    """By the statistics of the batch."""
    gamma, beta = p
    mean = jnp.mean(x, (0, 1, 2))
    variance = jnp.mean(jnp.square(x), (0, 1, 2)) - jnp.square(mean)
    scale = lax.rsqrt(variance + 1e-3) * gamma
    return x * scale + (beta - mean * scale)


def layer_norm(p, x):
    """By the statistics of the last axis."""
    gamma, beta = p
    mean = jnp.mean(x, -1, keepdims=True)
    variance = jnp.mean(jnp.square(x - mean), -1, keepdims=True)
    return (x - mean) * lax.rsqrt(variance + 1e-3) * gamma + beta


def _lstm(p, x, keep):
    kernel, recurrent, bias = p
    rows = jnp.swapaxes(x, 0, 1) @ kernel + bias

    def step(carry, given):
        h, c = carry
        i, f, g, o = jnp.split(given[0] + h @ recurrent, 4, axis=-1)
        new_c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        new_h = jax.nn.sigmoid(o) * jnp.tanh(new_c)
        if keep is None:
            return (new_h, new_c), None
        return (jnp.where(given[1], new_h, h), jnp.where(given[1], new_c, c)), None

    start = jnp.zeros((len(x), recurrent.shape[0]))
    (h, _), _ = lax.scan(step, (start, start), (rows, keep))
    return h


def _gru(p, x, keep):
    kernel, recurrent, bias = p
    rows = jnp.swapaxes(x, 0, 1) @ kernel + bias[0]

    def step(h, given):
        z, r, g = jnp.split(given[0], 3, axis=-1)
        hz, hr, hg = jnp.split(h @ recurrent + bias[1], 3, axis=-1)
        z = jax.nn.sigmoid(z + hz)
        new = z * h + (1 - z) * jnp.tanh(g + jax.nn.sigmoid(r + hr) * hg)
        return (new if keep is None else jnp.where(given[1], new, h)), None

    h, _ = lax.scan(step, jnp.zeros((len(x), recurrent.shape[0])), (rows, keep))
    return h


def _kept(x):
    return jnp.swapaxes(jnp.any(x != 0, -1, keepdims=True), 0, 1)


FORWARD = {
    "depthwise": depthwise,
    "separable": separable,
    "transposed": transposed,
    "attention_128": attention,
    "attention_1024": attention,
    "conv_lstm": conv_lstm,
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "gru": lambda p, x: _gru(p, x, None),
    "lstm": lambda p, x: _lstm(p, x, None),
    "masked_lstm": lambda p, x: _lstm(p, x, _kept(x)),
    "masked_gru": lambda p, x: _gru(p, x, _kept(x)),
}


class Loop:
    """Trains one layer on the mean of its output times y."""

    def __init__(self, case, weights, x, y):
        self.case = case
        self.x, self.y = jnp.asarray(x), jnp.asarray(y)
        self.random = np.random.default_rng(0)
        weights = [jnp.asarray(one) for one in weights]
        self.moving = []
        if case.name == "batch_norm":
            weights, self.moving = weights[:2], weights[2:]
        self.state = (
            weights,
            self.moving,
            [jnp.full_like(w, 0.1) for w in weights],
            [jnp.zeros_like(w) for w in weights],
            jnp.zeros(()),
        )
        self.step = jax.jit(self.update, donate_argnums=0)
        if case.name in ("embedding_sgd", "embedding_adagrad"):
            self.found, self.written = jax.jit(self.find), jax.jit(self.write, donate_argnums=0)
            self.step = self.rows
        self.forward = jax.jit(self.inference)
        self.tensor = self.x[: case.batch]

    def inference(self, state, x):
        """The output of a call."""
        if self.case.name.startswith("embedding"):
            return jnp.take(state[0][0], x, axis=0, mode="clip")
        if self.case.name == "batch_norm":
            (gamma, beta), (mean, variance) = state[:2]
            scale = lax.rsqrt(variance + 1e-3) * gamma
            return x * scale + (beta - mean * scale)
        return FORWARD[self.case.name](state[0], x)

    def update(self, state, indices, x, y):
        """One step on rows of the data."""
        if self.case.by_fit:
            x, y = jnp.take(x, indices, axis=0, mode="clip"), jnp.take(y, indices, axis=0, mode="clip")
        weights, moving, first, second, count = state

        def loss_of(weights):
            if self.case.name == "embedding_adam":
                out = jnp.take(weights[0], x, axis=0, mode="clip")
            else:
                out = FORWARD[self.case.name](weights, x)
            return jnp.mean(out * y)

        loss, grads = jax.value_and_grad(loss_of)(weights)
        if moving:
            mean = jnp.mean(x, (0, 1, 2))
            variance = jnp.mean(jnp.square(x), (0, 1, 2)) - jnp.square(mean)
            moving = [old * 0.99 + new * 0.01 for old, new in zip(moving, (mean, variance))]
        if self.case.optimizer == "adam":
            count = count + 1
            rate = 0.001 * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
            first = [m + (g - m) * (1 - 0.9) for m, g in zip(first, grads)]
            second = [v + (g * g - v) * (1 - 0.999) for v, g in zip(second, grads)]
            weights = [w - rate * m / (jnp.sqrt(v) + 1e-7) for w, m, v in zip(weights, first, second)]
        else:
            weights = [w - 0.01 * g for w, g in zip(weights, grads)]
        return (weights, moving, first, second, count), loss

    def rows(self, state, indices, x, y):
        """One step that touches the rows of its batch only: in one program, XLA would copy what it reads and writes."""
        weights, moving, first, second, count = state
        ids, changes, loss = self.found(weights, first, indices, x, y)
        tables = self.written([*weights, *(first if self.case.optimizer == "adagrad" else [])], ids, changes)
        weights, first = tables[:1], tables[1:] or first
        return (weights, moving, first, second, count), loss

    def find(self, weights, first, indices, x, y):
        """Which rows change, and what is added to them."""
        x = jnp.take(x, indices, axis=0, mode="clip").reshape(-1)
        found = jnp.take(weights[0], x, axis=0, mode="clip")
        y = jnp.take(y, indices, axis=0, mode="clip").reshape(found.shape)
        grads, loss = y / y.size, jnp.mean(found * y)
        if self.case.optimizer == "sgd":
            return x, [-0.01 * grads], loss
        ids, where = jnp.unique(x, return_inverse=True, size=x.size, fill_value=len(weights[0]))
        grads = jnp.zeros_like(grads).at[where.reshape(-1)].add(grads)
        squares = grads * grads
        totals = jnp.take(first[0], ids, axis=0, mode="clip") + squares
        return ids, [-0.001 * grads / jnp.sqrt(totals + 1e-7), squares], loss

    def write(self, tables, ids, changes):
        """Add to rows, where the tables are."""
        return [table.at[ids].add(rows, mode="drop") for table, rows in zip(tables, changes)]

    def train(self, steps):
        """Steps over the data, in another order each time."""
        done = 0
        while done < steps:
            order = self.random.permutation(len(self.x)).astype("int32")
            for start in range(0, len(order), self.case.batch):
                self.state, loss = self.step(self.state, order[start : start + self.case.batch], self.x, self.y)
                done += 1
                if not self.case.by_fit:
                    loss.block_until_ready()
        loss.block_until_ready()

    def call(self):
        """One forward pass."""
        return self.forward(self.state, self.tensor).block_until_ready()

    def output(self):
        """What it computes for the first batch."""
        return np.asarray(self.call())


def make(case, variant, weights, x, y):
    """The loop of one variant."""
    return Loop(case, weights, x, y)
