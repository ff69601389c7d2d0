"""Embedding of 10,000 words in 128 numbers, LSTM of 128 units over 80 steps, 2 classes; Adam, by hand in JAX."""

import jax
import jax.numpy as jnp
import numpy as np
from loops_jax import Loop, demonstrate, glorot, zeros

WORDS, STEPS, UNITS = 10_000, 80, 128


def forward(p, x):
    """Logits of a batch of rows of 80 words; the input's products are computed for all steps at once."""
    table, kernel, recurrent, bias, dense, dense_bias = p
    projected = jnp.take(table, x.T, axis=0, mode="clip") @ kernel + bias

    def step(carry, row):
        h, c = carry
        i, f, g, o = jnp.split(row + h @ recurrent, 4, axis=1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

    start = jnp.zeros((x.shape[0], UNITS))
    (h, _), _ = jax.lax.scan(step, (start, start), projected)
    return h @ dense + dense_bias


def make(variant, data, batch):
    """The loop of one variant."""
    random = np.random.default_rng(1)
    bias = np.concatenate([zeros(UNITS), np.ones(UNITS, "float32"), zeros(2 * UNITS)])
    table = random.uniform(-0.05, 0.05, (WORDS, UNITS)).astype("float32")
    kernels = [glorot(random, UNITS, 4 * UNITS), glorot(random, UNITS, 4 * UNITS)]
    parameters = [table, *kernels, bias, glorot(random, UNITS, 2), zeros(2)]
    return Loop(parameters, forward, data, batch, variant)


if __name__ == "__main__":
    random = np.random.default_rng(0)
    data = random.integers(1, WORDS, (1_290, STEPS)).astype("int32"), random.integers(0, 2, 1_290).astype("int32")
    demonstrate(lambda variant: make(variant, data, 32))
