import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import KerasTensor, set_random_seed, stage
from keras_layers import AlphaDropout


class TestAlphaDropout(LayerContract):
    layer = AlphaDropout
    masks = True
    cases = [Case((2, 3), {"rate": 0.3}), Case((2, 3), {"rate": 0.5, "seed": 3})]

    def reference(self, inputs, weights, rate, seed=None):
        return inputs


def test_mean_and_variance_are_kept():
    x = np.random.default_rng(0).normal(size=(400, 100)).astype("float32")
    y = np.asarray(AlphaDropout(0.3, seed=0)(x, training=True))
    assert abs(y.mean()) < 0.02
    assert abs(y.std() - 1) < 0.02


def test_dropped_elements_have_one_value():
    y = np.asarray(AlphaDropout(0.3, seed=0)(np.ones((100, 50), "float32"), training=True))
    assert len(np.unique(y)) == 2


def test_noise_shape_shares_the_mask():
    y = np.asarray(AlphaDropout(0.5, noise_shape=(None, 1), seed=0)(np.ones((20, 3), "float32"), training=True))
    np.testing.assert_array_equal(y, np.repeat(y[:, :1], 3, axis=1))


def test_draws_differ_from_call_to_call_and_follow_the_seed():
    x = np.ones((200, 50), "float32")
    first, second = AlphaDropout(0.5, seed=1), AlphaDropout(0.5, seed=1)
    one = np.asarray(first(x, training=True))
    np.testing.assert_array_equal(one, np.asarray(second(x, training=True)))
    assert (one != np.asarray(first(x, training=True))).any()
    set_random_seed(5)
    one = np.asarray(AlphaDropout(0.5)(x, training=True))
    set_random_seed(5)
    np.testing.assert_array_equal(one, np.asarray(AlphaDropout(0.5)(x, training=True)))


def test_draws_of_a_compiled_step_are_those_of_a_plain_call():
    x = np.ones((200, 50), "float32")
    plain, compiled = AlphaDropout(0.5, seed=1), AlphaDropout(0.5, seed=1)
    step = stage(lambda x: compiled(x, training=True), compiled.variables)
    for _ in range(2):
        np.testing.assert_allclose(np.asarray(step(x)), np.asarray(plain(x, training=True)), rtol=1e-6)


def test_building_a_graph_draws_nothing():
    layer = AlphaDropout(0.5, seed=1)
    assert layer(KerasTensor((None, *(200, 50)[1:])), training=True).shape == (None, *(200, 50)[1:])
    assert layer.seed_generator.state.numpy()[1] == 0


def test_rates_out_of_range_are_refused():
    with pytest.raises(ValueError, match="rate must be a number"):
        AlphaDropout(-0.1)


def test_keras_1_name():
    with pytest.warns(DeprecationWarning, match="p is a Keras 1 argument"):
        assert AlphaDropout(p=0.5).rate == 0.5
