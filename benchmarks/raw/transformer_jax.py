"""Words and positions in 128 numbers, two transformer blocks of 4 heads, 2 classes; Adam, by hand in JAX."""

import jax
import jax.numpy as jnp
import numpy as np
from loops_jax import Loop, demonstrate, glorot, zeros

WORDS, T, D, HEADS, HIDDEN, BLOCKS = 10_000, 64, 128, 4, 512, 2


def normalized(x, scale, shift):
    """Every row with mean 0 and variance 1, times a scale, plus a shift."""
    mean = x.mean(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(x.var(-1, keepdims=True) + 1e-3) * scale + shift


def block(x, wq, bq, wk, bk, wv, bv, wo, bo, scale1, shift1, w1, b1, w2, b2, scale2, shift2):
    """Attention, then two dense layers, each added to its input and normalized."""
    rows = x.reshape(-1, D)
    q, k, v = (
        (rows @ w + b).reshape(-1, T, HEADS, D // HEADS).transpose(0, 2, 1, 3)
        for w, b in ((wq, bq), (wk, bk), (wv, bv))
    )
    weights = jax.nn.softmax(q * (D // HEADS) ** -0.5 @ k.swapaxes(2, 3))
    heads = (weights @ v).transpose(0, 2, 1, 3).reshape(-1, D)
    rows = normalized(rows + heads @ wo + bo, scale1, shift1)
    rows = normalized(rows + jax.nn.relu(rows @ w1 + b1) @ w2 + b2, scale2, shift2)
    return rows.reshape(-1, T, D)


def forward(p, x):
    """Logits of a batch of rows of 64 words."""
    words, places, *rest = p
    x = jnp.take(words, x, axis=0) + places
    for k in range(BLOCKS):
        x = block(x, *rest[16 * k : 16 * k + 16])
    return x.mean(1) @ rest[-2] + rest[-1]


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
