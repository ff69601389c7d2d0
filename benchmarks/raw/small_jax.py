"""100-64-10 with Adam, by hand in JAX."""

import jax
import numpy as np
from loops_jax import Loop, demonstrate, glorot, zeros


def forward(p, x):
    """Logits of a batch of rows of 100."""
    return jax.nn.relu(x @ p[0] + p[1]) @ p[2] + p[3]


def make(variant, data, batch):
    """The loop of one variant."""
    random = np.random.default_rng(1)
    parameters = [glorot(random, 100, 64), zeros(64), glorot(random, 64, 10), zeros(10)]
    return Loop(parameters, forward, data, batch, variant)


if __name__ == "__main__":
    random = np.random.default_rng(0)
    data = random.normal(size=(20_010, 100)).astype("float32"), random.integers(0, 10, 20_010).astype("int32")
    demonstrate(lambda variant: make(variant, data, 32))
