import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import KerasTensor, set_random_seed, stage
from keras_layers import GaussianNoise


class TestGaussianNoise(LayerContract):
    layer = GaussianNoise
    masks = True
    cases = [Case((2, 3), {"stddev": 0.3}), Case((2, 3), {"stddev": 0.5, "seed": 3})]

    def reference(self, inputs, weights, stddev, seed=None):
        return inputs


def test_noise_has_mean_zero_and_the_deviation():
    noise = np.asarray(GaussianNoise(0.5, seed=0)(np.ones((200, 50), "float32"), training=True)) - 1
    assert abs(noise.mean()) < 0.03
    assert abs(noise.std() - 0.5) < 0.03


def test_draws_differ_from_call_to_call_and_follow_the_seed():
    x = np.ones((200, 50), "float32")
    first, second = GaussianNoise(0.5, seed=1), GaussianNoise(0.5, seed=1)
    one = np.asarray(first(x, training=True))
    np.testing.assert_array_equal(one, np.asarray(second(x, training=True)))
    assert (one != np.asarray(first(x, training=True))).any()
    set_random_seed(5)
    one = np.asarray(GaussianNoise(0.5)(x, training=True))
    set_random_seed(5)
    np.testing.assert_array_equal(one, np.asarray(GaussianNoise(0.5)(x, training=True)))


def test_draws_of_a_compiled_step_are_those_of_a_plain_call():
    x = np.ones((200, 50), "float32")
    plain, compiled = GaussianNoise(0.5, seed=1), GaussianNoise(0.5, seed=1)
    step = stage(lambda x: compiled(x, training=True), compiled.variables)
    for _ in range(2):
        np.testing.assert_allclose(np.asarray(step(x)), np.asarray(plain(x, training=True)), rtol=1e-6, atol=2e-7)


def test_building_a_graph_draws_nothing():
    layer = GaussianNoise(0.5, seed=1)
    assert layer(KerasTensor((None, *(200, 50)[1:])), training=True).shape == (None, *(200, 50)[1:])
    assert layer.seed_generator.state.numpy()[1] == 0


def test_rates_out_of_range_are_refused():
    with pytest.raises(ValueError, match="stddev must be a number"):
        GaussianNoise(-0.1)


def test_keras_1_name():
    with pytest.warns(DeprecationWarning, match="sigma is a Keras 1 argument"):
        assert GaussianNoise(sigma=0.5).stddev == 0.5
