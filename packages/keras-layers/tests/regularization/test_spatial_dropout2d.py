"""SpatialDropout2D, and what all spatial dropout layers share.

Covers: base_spatial_dropout.py
"""

import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import KerasTensor, set_random_seed, stage
from keras_layers import SpatialDropout2D


class TestSpatialDropout2D(LayerContract):
    layer = SpatialDropout2D
    masks = True
    cases = [Case((2, 3, 2, 4), {"rate": 0.3}), Case((2, 3, 2, 4), {"rate": 0.5, "seed": 3})]

    def reference(self, inputs, weights, rate, seed=None):
        return inputs


def test_whole_channels_are_dropped():
    kept = np.asarray(SpatialDropout2D(0.5, seed=0)(np.ones((50, 3, 2, 20), "float32"), training=True))
    channels = kept.mean(axis=(1, 2))
    assert set(np.unique(channels)) == {0.0, 2.0}
    assert abs((channels == 0).mean() - 0.5) < 0.1


def test_channels_first():
    kept = np.asarray(
        SpatialDropout2D(0.5, "channels_first", seed=0)(np.ones((50, 20, *(2,) * 2), "float32"), training=True)
    )
    assert set(np.unique(kept.mean(axis=tuple(range(2, 2 + 2))))) == {0.0, 2.0}


def test_draws_differ_from_call_to_call_and_follow_the_seed():
    x = np.ones((50, 3, 2, 20), "float32")
    first, second = SpatialDropout2D(0.5, seed=1), SpatialDropout2D(0.5, seed=1)
    one = np.asarray(first(x, training=True))
    np.testing.assert_array_equal(one, np.asarray(second(x, training=True)))
    assert (one != np.asarray(first(x, training=True))).any()
    set_random_seed(5)
    one = np.asarray(SpatialDropout2D(0.5)(x, training=True))
    set_random_seed(5)
    np.testing.assert_array_equal(one, np.asarray(SpatialDropout2D(0.5)(x, training=True)))


def test_draws_of_a_compiled_step_are_those_of_a_plain_call():
    x = np.ones((50, 3, 2, 20), "float32")
    plain, compiled = SpatialDropout2D(0.5, seed=1), SpatialDropout2D(0.5, seed=1)
    step = stage(lambda x: compiled(x, training=True), compiled.variables)
    for _ in range(2):
        np.testing.assert_allclose(np.asarray(step(x)), np.asarray(plain(x, training=True)), rtol=1e-6)


def test_building_a_graph_draws_nothing():
    layer = SpatialDropout2D(0.5, seed=1)
    assert layer(KerasTensor((None, *(50, 3, 2, 20)[1:])), training=True).shape == (None, *(50, 3, 2, 20)[1:])
    assert layer.seed_generator.state.numpy()[1] == 0


def test_rates_out_of_range_are_refused():
    with pytest.raises(ValueError, match="rate must be a number"):
        SpatialDropout2D(-0.1)


def test_keras_1_name():
    with pytest.warns(DeprecationWarning, match="p is a Keras 1 argument"):
        assert SpatialDropout2D(p=0.5).rate == 0.5
