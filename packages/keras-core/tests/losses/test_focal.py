"""Focal losses."""

import numpy as np
from keras_core import losses

RNG = np.random.default_rng(0)
BITS = RNG.integers(0, 2, (5, 3)).astype("float32")
PROBS = RNG.uniform(0.05, 0.95, (5, 3)).astype("float32")


def bce(t, p):
    return -(t * np.log(p) + (1 - t) * np.log(1 - p))


def test_focal_loss_with_balance():
    balance = np.where(BITS == 1, 0.3, 0.7)
    right = BITS * PROBS + (1 - BITS) * (1 - PROBS)
    expected = (balance * (1 - right) ** 1.5 * bce(BITS, PROBS)).mean(-1)
    got = losses.binary_focal_crossentropy(BITS, PROBS, True, 0.3, 1.5)
    np.testing.assert_allclose(got, expected, rtol=2e-5)
    logits = np.log(PROBS / (1 - PROBS))
    got = losses.binary_focal_crossentropy(BITS, logits, True, 0.3, 1.5, from_logits=True)
    np.testing.assert_allclose(got, expected, rtol=1e-4)
