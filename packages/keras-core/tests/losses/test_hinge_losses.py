"""Hinge losses."""

import numpy as np
from keras_core import losses

RNG = np.random.default_rng(0)
BITS = RNG.integers(0, 2, (5, 3)).astype("float32")
REAL = RNG.normal(size=(5, 3)).astype("float32") * 2


def test_labels_0_and_1_are_signs_to_a_hinge():
    np.testing.assert_allclose(losses.hinge(BITS, REAL), losses.hinge(2 * BITS - 1, REAL), rtol=1e-6)
