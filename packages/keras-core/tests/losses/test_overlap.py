"""Dice and Tversky."""

import numpy as np
from keras_core import losses

RNG = np.random.default_rng(0)
BITS = RNG.integers(0, 2, (5, 3)).astype("float32")
PROBS = RNG.uniform(0.05, 0.95, (5, 3)).astype("float32")


def test_overlap_by_sample():
    hits, sizes = (BITS * PROBS).sum(1), BITS.sum(1) + PROBS.sum(1)
    np.testing.assert_allclose(losses.dice(BITS, PROBS, axis=1), 1 - 2 * hits / sizes, rtol=1e-5)
    more, less = ((1 - BITS) * PROBS).sum(1), (BITS * (1 - PROBS)).sum(1)
    got = losses.tversky(BITS, PROBS, 0.2, 0.7, axis=[1])
    np.testing.assert_allclose(got, 1 - hits / (hits + 0.2 * more + 0.7 * less), rtol=1e-4, atol=1e-6)
