"""Conv 32, conv 64, pool, dense 128, dense 10 on 28 by 28 images with Adam, by hand in JAX."""

import jax
import jax.numpy as jnp
import numpy as np
from loops_jax import Loop, demonstrate, glorot, zeros

VARIANTS = ("step",)
"""A loop inside the program makes XLA compute convolutions with one thread: a hundred times slower on a CPU."""


def forward(p, x):
    """Logits of a batch of images of shape (28, 28, 1)."""
    x = jax.nn.relu(convolved(x, p[0]) + p[1])
    x = jax.nn.relu(convolved(x, p[2]) + p[3])
    x = jnp.max(x.reshape(-1, 12, 2, 12, 2, 64), axis=(2, 4)).reshape(-1, 12 * 12 * 64)
    return jax.nn.relu(x @ p[4] + p[5]) @ p[6] + p[7]


def convolved(x, kernel):
    """Images (batch, rows, columns, channels) and a kernel (3, 3, channels, filters), without padding."""
    return jax.lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))


def make(variant, data, batch):
    """The loop of one variant."""
    random = np.random.default_rng(1)
    shapes = [(3, 3, 1, 32), (3, 3, 32, 64), (12 * 12 * 64, 128), (128, 10)]
    parameters = [value for shape in shapes for value in (glorot(random, *shape), zeros(shape[-1]))]
    return Loop(parameters, forward, data, batch, variant)


if __name__ == "__main__":
    random = np.random.default_rng(0)
    data = random.normal(size=(2_570, 28, 28, 1)).astype("float32"), random.integers(0, 10, 2_570).astype("int32")
    demonstrate(lambda variant: make(variant, data, 128), VARIANTS)
