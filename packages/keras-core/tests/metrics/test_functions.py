"""Functions that are metrics but not losses."""

import numpy as np
from keras_core import metrics

RNG = np.random.default_rng(0)
PROBS = RNG.uniform(0.05, 0.95, (8, 3)).astype("float32")
NUMBERS = RNG.integers(0, 3, 8)
ONE_HOT = np.eye(3, dtype="float32")[NUMBERS]


def test_the_metric_of_cosine_has_the_opposite_sign_of_the_loss():
    from keras_core import losses

    np.testing.assert_allclose(
        metrics.cosine_similarity(ONE_HOT, PROBS), -np.asarray(losses.cosine_similarity(ONE_HOT, PROBS))
    )
