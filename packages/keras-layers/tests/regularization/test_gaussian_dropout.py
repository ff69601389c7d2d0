import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import KerasTensor, set_random_seed, stage
from keras_layers import GaussianDropout


class TestGaussianDropout(LayerContract):
    layer = GaussianDropout
    masks = True
    cases = [Case((2, 3), {"rate": 0.3}), Case((2, 3), {"rate": 0.5, "seed": 3})]

    def reference(self, inputs, weights, rate, seed=None):
        return inputs


def test_factors_have_mean_one_and_the_variance_of_dropout():
    factors = np.asarray(GaussianDropout(0.2, seed=0)(np.ones((200, 50), "float32"), training=True))
    assert abs(factors.mean() - 1) < 0.03
    assert abs(factors.var() - 0.25) < 0.03


def test_a_rate_of_one_is_refused():
    with pytest.raises(ValueError, match="rate must be below 1"):
        GaussianDropout(1.0)


def test_draws_differ_from_call_to_call_and_follow_the_seed():
    x = np.ones((200, 50), "float32")
    first, second = GaussianDropout(0.5, seed=1), GaussianDropout(0.5, seed=1)
    one = np.asarray(first(x, training=True))
    np.testing.assert_array_equal(one, np.asarray(second(x, training=True)))
    assert (one != np.asarray(first(x, training=True))).any()
    set_random_seed(5)
    one = np.asarray(GaussianDropout(0.5)(x, training=True))
    set_random_seed(5)
    np.testing.assert_array_equal(one, np.asarray(GaussianDropout(0.5)(x, training=True)))


def test_draws_of_a_compiled_step_are_those_of_a_plain_call():
    x = np.ones((200, 50), "float32")
    plain, compiled = GaussianDropout(0.5, seed=1), GaussianDropout(0.5, seed=1)
    step = stage(lambda x: compiled(x, training=True), compiled.variables)
    for _ in range(2):
        np.testing.assert_allclose(np.asarray(step(x)), np.asarray(plain(x, training=True)), rtol=1e-6, atol=1e-6)


def test_building_a_graph_draws_nothing():
    layer = GaussianDropout(0.5, seed=1)
    assert layer(KerasTensor((None, *(200, 50)[1:])), training=True).shape == (None, *(200, 50)[1:])
    assert layer.seed_generator.state.numpy()[1] == 0


def test_rates_out_of_range_are_refused():
    with pytest.raises(ValueError, match="rate must be a number"):
        GaussianDropout(-0.1)


def test_keras_1_name():
    with pytest.warns(DeprecationWarning, match="p is a Keras 1 argument"):
        assert GaussianDropout(p=0.5).rate == 0.5
