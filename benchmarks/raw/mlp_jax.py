"""784-512-512-10 with Adam, by hand in JAX."""

import jax
import numpy as np
from loops_jax import Loop, demonstrate, glorot, zeros


def forward(p, x):
    """Logits of a batch of rows of 784."""
    hidden = jax.nn.relu(x @ p[0] + p[1])
    hidden = jax.nn.relu(hidden @ p[2] + p[3])
    return hidden @ p[4] + p[5]


def make(variant, data, batch):
    """The loop of one variant."""
    random = np.random.default_rng(1)
    sizes = [(784, 512), (512, 512), (512, 10)]
    parameters = [value for size in sizes for value in (glorot(random, *size), zeros(size[1]))]
    return Loop(parameters, forward, data, batch, variant)


if __name__ == "__main__":
    random = np.random.default_rng(0)
    data = random.normal(size=(10_050, 784)).astype("float32"), random.integers(0, 10, 10_050).astype("int32")
    demonstrate(lambda variant: make(variant, data, 128))
