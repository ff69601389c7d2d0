import numpy as np
import pytest
from keras_core import random
from keras_legacy import backend as K

SIZE = (200, 100)


@pytest.mark.parametrize(
    ("draw", "mean", "deviation"),
    [
        (lambda: K.random_uniform(SIZE, -1.0, 3.0), 1.0, 4 / np.sqrt(12)),
        (lambda: K.random_normal(SIZE, 2.0, 0.5), 2.0, 0.5),
        (lambda: K.truncated_normal(SIZE, 1.0, 2.0), 1.0, 2 * 0.87962566),
        (lambda: K.random_binomial(SIZE, 0.25), 0.25, np.sqrt(0.25 * 0.75)),
        (lambda: K.random_uniform_variable(SIZE, -1.0, 3.0), 1.0, 4 / np.sqrt(12)),
        (lambda: K.random_normal_variable(SIZE, 2.0, 0.5), 2.0, 0.5),
    ],
)
def test_moments(draw, mean, deviation):
    random.set_random_seed(0)
    value = K.get_value(draw())
    assert value.shape == SIZE
    assert value.dtype == "float32"
    np.testing.assert_allclose([value.mean(), value.std()], [mean, deviation], atol=0.03)


def test_seeds():
    one, other = (K.get_value(K.random_normal((5,), seed=3)) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert not np.array_equal(K.get_value(K.random_normal((5,))), K.get_value(K.random_normal((5,))))
    first = K.get_value(K.random_uniform_variable((5,), 0, 1, seed=3))
    np.testing.assert_array_equal(first, K.get_value(K.random_uniform_variable((5,), 0, 1, seed=3)))


def test_sampling_in_a_graph_draws_anew_each_time():
    mean = K.placeholder((None, 2))
    sample = mean + K.random_normal(shape=(K.shape(mean)[0], 2))
    assert K.int_shape(sample) == (None, 2)
    f = K.function([mean], [sample])
    one, other = f([np.zeros((3, 2))])[0], f([np.zeros((3, 2))])[0]
    assert one.shape == (3, 2)
    assert not np.array_equal(one, other)
