import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import KerasTensor, set_random_seed, stage
from keras_layers import Dropout


class TestDropout(LayerContract):
    layer = Dropout
    masks = True
    cases = [Case((2, 3), {"rate": 0.3}), Case((2, 3), {"rate": 0.5, "seed": 3})]

    def reference(self, inputs, weights, rate, seed=None):
        return inputs


def test_kept_elements_are_scaled_and_the_share_is_right():
    kept = np.asarray(Dropout(0.2, seed=0)(np.ones((200, 50), "float32"), training=True))
    assert set(np.unique(kept).round(5)) == {0.0, 1.25}
    assert abs((kept == 0).mean() - 0.2) < 0.02


def test_noise_shape_shares_the_mask():
    kept = np.asarray(Dropout(0.5, noise_shape=(None, 1, 4), seed=0)(np.ones((20, 3, 4), "float32"), training=True))
    np.testing.assert_array_equal(kept, np.repeat(kept[:, :1], 3, axis=1))
    assert 0 < (kept == 0).mean() < 1


def test_everything_can_be_dropped():
    assert not np.asarray(Dropout(1.0)(np.ones((2, 3), "float32"), training=True)).any()


def test_draws_differ_from_call_to_call_and_follow_the_seed():
    x = np.ones((200, 50), "float32")
    first, second = Dropout(0.5, seed=1), Dropout(0.5, seed=1)
    one = np.asarray(first(x, training=True))
    np.testing.assert_array_equal(one, np.asarray(second(x, training=True)))
    assert (one != np.asarray(first(x, training=True))).any()
    set_random_seed(5)
    one = np.asarray(Dropout(0.5)(x, training=True))
    set_random_seed(5)
    np.testing.assert_array_equal(one, np.asarray(Dropout(0.5)(x, training=True)))


def test_draws_of_a_compiled_step_are_those_of_a_plain_call():
    x = np.ones((200, 50), "float32")
    plain, compiled = Dropout(0.5, seed=1), Dropout(0.5, seed=1)
    step = stage(lambda x: compiled(x, training=True), compiled.variables)
    for _ in range(2):
        np.testing.assert_allclose(np.asarray(step(x)), np.asarray(plain(x, training=True)), rtol=1e-6)


def test_building_a_graph_draws_nothing():
    layer = Dropout(0.5, seed=1)
    assert layer(KerasTensor((None, *(200, 50)[1:])), training=True).shape == (None, *(200, 50)[1:])
    assert layer.seed_generator.state.numpy()[1] == 0


def test_rates_out_of_range_are_refused():
    with pytest.raises(ValueError, match="rate must be a number"):
        Dropout(-0.1)


def test_keras_1_name():
    with pytest.warns(DeprecationWarning, match="p is a Keras 1 argument"):
        assert Dropout(p=0.5).rate == 0.5
