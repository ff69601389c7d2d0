"""The generalized crossentropy."""

import numpy as np
import pytest
from keras_core import losses

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(size=(5, 3)).astype("float32")
SOFTMAX = np.exp(LOGITS) / np.exp(LOGITS).sum(-1, keepdims=True)
NUMBERS = np.array([0, 2, 1, 1, 0])
ONE_HOT = np.eye(3, dtype="float32")[NUMBERS]


def test_generalized_crossentropy():
    right = (ONE_HOT * SOFTMAX).sum(-1)
    got = losses.categorical_generalized_cross_entropy(ONE_HOT, SOFTMAX, 0.7)
    np.testing.assert_allclose(got, (1 - right**0.7) / 0.7, rtol=2e-5)
    loss = losses.CategoricalGeneralizedCrossEntropy(0.001)
    crossentropy = losses.CategoricalCrossentropy()
    assert float(loss(ONE_HOT, SOFTMAX)) == pytest.approx(float(crossentropy(ONE_HOT, SOFTMAX)), rel=5e-3)
    with pytest.raises(ValueError, match="q must be"):
        losses.CategoricalGeneralizedCrossEntropy(1.5)
