"""Draws with a seed."""

import numpy as np
import pytest
from keras_core import Function, Input, backend, random


def host(tensor):
    return backend.to_numpy(tensor)


DRAWS = {
    "uniform": lambda seed: random.uniform((500,), 2.0, 4.0, seed=seed),
    "normal": lambda seed: random.normal((500,), 3.0, 0.1, seed=seed),
    "truncated_normal": lambda seed: random.truncated_normal((500,), 3.0, 0.1, seed=seed),
    "randint": lambda seed: random.randint((500,), 2, 5, seed=seed),
    "gamma": lambda seed: random.gamma((4000,), 3.0, seed=seed),
    "beta": lambda seed: 4 * random.beta((4000,), 3.0, 1.0, seed=seed),
    "binomial": lambda seed: random.binomial((500,), 6, 0.5, seed=seed),
}


@pytest.mark.parametrize("name", DRAWS)
def test_an_int_gives_the_same_numbers_and_a_generator_new_ones(name):
    draw = DRAWS[name]
    assert (host(draw(3)) == host(draw(3))).all()
    generator = random.SeedGenerator(3)
    assert (host(draw(generator)) != host(draw(generator))).any()


@pytest.mark.parametrize("name", DRAWS)
def test_the_mean(name):
    assert abs(float(np.mean(host(DRAWS[name](1)))) - 3) < 0.2


def test_ranges():
    assert host(DRAWS["uniform"](1)).min() >= 2 and host(DRAWS["uniform"](1)).max() < 4
    assert set(host(DRAWS["randint"](1)).tolist()) == {2, 3, 4}
    assert abs(host(DRAWS["truncated_normal"](1)) - 3).max() <= 0.2 + 1e-5


def test_dropout_keeps_the_sum_on_average():
    kept = host(random.dropout(np.ones((4000,), "float32"), 0.25, seed=1))
    np.testing.assert_allclose(np.unique(kept), [0, 4 / 3], rtol=1e-6)
    assert abs(kept.mean() - 1) < 0.05
    shared = host(random.dropout(np.ones((8, 50), "float32"), 0.5, noise_shape=(None, 1), seed=1))
    assert (shared == shared[:, :1]).all()


def test_shuffle_and_categorical():
    x = np.arange(10, dtype="float32")
    assert sorted(host(random.shuffle(x, seed=2)).tolist()) == x.tolist()
    drawn = host(random.categorical(np.array([[0.0, 50.0]], "float32"), 5, seed=1))
    assert drawn.tolist() == [[1] * 5]


def test_in_a_graph_every_run_draws_again():
    x = Input((200,))
    run = Function([x], random.dropout(x, 0.5))
    ones = np.ones((1, 200), "float32")
    assert (host(run(ones)) != host(run(ones))).any()


@pytest.mark.parametrize("alpha", [0.2, 1.0, 4.5])
def test_gamma_and_beta_have_the_right_moments(alpha):
    drawn = host(random.gamma((50000,), alpha, seed=5)).astype("float64")
    skew = ((drawn - drawn.mean()) ** 3).mean() / drawn.std() ** 3
    assert drawn.mean() == pytest.approx(alpha, rel=0.03)
    assert drawn.var() == pytest.approx(alpha, rel=0.06)
    assert skew == pytest.approx(2 / alpha**0.5, rel=0.12)
    if alpha == 1:  # the exponential distribution, whose quantiles are known
        np.testing.assert_allclose(np.quantile(drawn, [0.1, 0.5, 0.9]), -np.log([0.9, 0.5, 0.1]), rtol=0.05)
    drawn = host(random.beta((2, 25000), np.array([[alpha], [alpha]], "float32"), 2.0, seed=5))
    assert drawn.mean() == pytest.approx(alpha / (alpha + 2), rel=0.03)
    assert drawn.var() == pytest.approx(2 * alpha / ((alpha + 2) ** 2 * (alpha + 3)), rel=0.05)


def test_elastic_transform():
    image = np.tile(np.arange(16, dtype="float32")[:, None, None], (1, 16, 2))
    still = host(random.elastic_transform(image, alpha=0.0, seed=1, data_format="channels_last"))
    np.testing.assert_allclose(still, image, atol=1e-5)
    moved = host(random.elastic_transform(image, alpha=5.0, sigma=2.0, seed=1, data_format="channels_last"))
    assert (moved == host(random.elastic_transform(image, 5.0, 2.0, seed=1, data_format="channels_last"))).all()
    inner = (moved - image)[4:-4, 4:-4]  # on a slope of 1, the difference is how far a pixel was moved
    assert 0.2 < inner.std() < 1.5 and np.abs(np.diff(inner, axis=1)).max() < 0.8
    np.testing.assert_allclose(moved[..., 0], moved[..., 1], atol=1e-5)
    whole = random.elastic_transform(
        np.moveaxis(image, -1, 0)[None].astype("uint8"), seed=2, data_format="channels_first"
    )
    assert host(whole).shape == (1, 2, 16, 16) and host(whole).dtype == "uint8"
    with pytest.raises(ValueError, match="got interpolation='cubic'"):
        random.elastic_transform(image, interpolation="cubic")
    with pytest.raises(ValueError, match="got fill_mode='edge'"):
        random.elastic_transform(image, fill_mode="edge")
