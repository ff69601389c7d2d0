"""What Dropout, AlphaDropout, GaussianDropout and GaussianNoise have in common."""

import numpy as np
import pytest
from keras_core import KerasTensor
from keras_layers import AlphaDropout, Dropout, GaussianDropout, GaussianNoise

LAYERS = pytest.mark.parametrize("layer", [Dropout, AlphaDropout, GaussianDropout, GaussianNoise])
X = np.ones((4, 5), "float32")


@LAYERS
def test_nothing_is_drawn_outside_training_or_at_strength_0(layer):
    noise = layer(0.5, seed=1)
    np.testing.assert_array_equal(np.asarray(noise(X)), X)
    np.testing.assert_array_equal(np.asarray(layer(0.0)(X, training=True)), X)
    assert noise(KerasTensor((4, 5)), training=True).shape == (4, 5)
    before = noise.seed_generator.state.numpy().tolist()
    assert np.abs(np.asarray(noise(X, training=True)) - X).max() > 0
    assert noise.seed_generator.state.numpy().tolist() != before


@LAYERS
def test_a_seed_repeats_what_is_drawn(layer):
    first, second = (np.asarray(layer(0.5, seed=3)(X, training=True)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
