"""One-hot characters, 40 steps of 57, through two LSTMs of 128 units; Adam, by hand in JAX."""

import jax
import jax.numpy as jnp
import numpy as np
from loops_jax import Loop, demonstrate, glorot, zeros

CHARACTERS, STEPS, UNITS = 57, 40, 128


def lstm(x, kernel, recurrent, bias):
    """Outputs of all steps for the inputs of all steps, time first."""

    def step(state, x):
        h, c = state
        i, f, g, o = jnp.split(x @ kernel + h @ recurrent + bias, 4, axis=1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    start = jnp.zeros((x.shape[1], UNITS))
    return jax.lax.scan(step, (start, start), x)[1]


def forward(p, x):
    """Logits of a batch of rows of 40 characters."""
    sequence = lstm(lstm(x.swapaxes(0, 1), *p[:3]), *p[3:6])
    return sequence[-1] @ p[6] + p[7]


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
