"""Loss functions against their formulas in NumPy, in double precision.

Covers: divergence.py, regression.py.
"""

import numpy as np
import pytest
from keras_core import losses

RNG = np.random.default_rng(0)
BITS = RNG.integers(0, 2, (5, 3)).astype("float32")
PROBS = RNG.uniform(0.05, 0.95, (5, 3)).astype("float32")
REAL = RNG.normal(size=(5, 3)).astype("float32") * 2
POSITIVE = RNG.uniform(0.1, 3, (5, 3)).astype("float32")
LOGITS = RNG.normal(size=(5, 3)).astype("float32")
SOFTMAX = np.exp(LOGITS) / np.exp(LOGITS).sum(-1, keepdims=True)
NUMBERS = np.array([0, 2, 1, 1, 0])
ONE_HOT = np.eye(3, dtype="float32")[NUMBERS]


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def bce(t, p):
    return -(t * np.log(p) + (1 - t) * np.log(1 - p))


def huber(t, p, delta=1.0):
    e = np.abs(t - p)
    return np.where(e <= delta, e**2 / 2, delta * e - delta**2 / 2).mean(-1)


def binary_focal(t, p, gamma=2.0):
    right = t * p + (1 - t) * (1 - p)
    return ((1 - right) ** gamma * bce(t, p)).mean(-1)


CASES = {
    "mean_squared_error": (REAL, POSITIVE, lambda t, p: ((t - p) ** 2).mean(-1)),
    "mean_absolute_error": (REAL, POSITIVE, lambda t, p: np.abs(t - p).mean(-1)),
    "mean_absolute_percentage_error": (POSITIVE, REAL, lambda t, p: 100 * np.abs((t - p) / t).mean(-1)),
    "mean_squared_logarithmic_error": (
        POSITIVE,
        PROBS,
        lambda t, p: ((np.log(1 + t) - np.log(1 + p)) ** 2).mean(-1),
    ),
    "huber": (REAL, POSITIVE, huber),
    "log_cosh": (REAL, POSITIVE, lambda t, p: np.log(np.cosh(p - t)).mean(-1)),
    "cosine_similarity": (POSITIVE, REAL, lambda t, p: -(unit(t) * unit(p)).sum(-1)),
    "hinge": (2 * BITS - 1, REAL, lambda t, p: np.maximum(1 - t * p, 0).mean(-1)),
    "squared_hinge": (2 * BITS - 1, REAL, lambda t, p: (np.maximum(1 - t * p, 0) ** 2).mean(-1)),
    "categorical_hinge": (
        ONE_HOT,
        REAL,
        lambda t, p: np.maximum(((1 - t) * p).max(-1) - (t * p).sum(-1) + 1, 0),
    ),
    "kl_divergence": (SOFTMAX[::-1], SOFTMAX, lambda t, p: (t * np.log(t / p)).sum(-1)),
    "poisson": (POSITIVE, PROBS, lambda t, p: (p - t * np.log(p)).mean(-1)),
    "binary_crossentropy": (BITS, PROBS, lambda t, p: bce(t, p).mean(-1)),
    "categorical_crossentropy": (ONE_HOT, SOFTMAX, lambda t, p: -(t * np.log(p)).sum(-1)),
    "sparse_categorical_crossentropy": (NUMBERS, SOFTMAX, lambda t, p: -np.log(p[np.arange(5), t])),
    "binary_focal_crossentropy": (BITS, PROBS, binary_focal),
    "categorical_focal_crossentropy": (
        ONE_HOT,
        SOFTMAX,
        lambda t, p: -(0.25 * (1 - p) ** 2 * t * np.log(p)).sum(-1),
    ),
    "dice": (BITS, PROBS, lambda t, p: 1 - 2 * (t * p).sum() / (t.sum() + p.sum())),
    "tversky": (
        BITS,
        PROBS,
        lambda t, p: 1 - (t * p).sum() / ((t * p).sum() + (t * (1 - p)).sum() / 2 + ((1 - t) * p).sum() / 2),
    ),
}


def in_double(t, p, formula):
    t = t if t.dtype.kind == "i" else t.astype("float64")
    return formula(t, p.astype("float64"))


@pytest.mark.parametrize("name", CASES)
def test_formula(name):
    t, p, formula = CASES[name]
    got = np.asarray(getattr(losses, name)(t, p))
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, in_double(t, p, formula), rtol=3e-5, atol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_name_and_config_find_the_function(name):
    function = getattr(losses, name)
    assert losses.get(name) is function
    assert losses.deserialize(losses.serialize(function)) is function


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("mse", "mean_squared_error"),
        ("MSE", "mean_squared_error"),
        ("mae", "mean_absolute_error"),
        ("MAE", "mean_absolute_error"),
        ("mape", "mean_absolute_percentage_error"),
        ("MAPE", "mean_absolute_percentage_error"),
        ("msle", "mean_squared_logarithmic_error"),
        ("MSLE", "mean_squared_logarithmic_error"),
        ("kld", "kl_divergence"),
        ("KLD", "kl_divergence"),
        ("kullback_leibler_divergence", "kl_divergence"),
        ("logcosh", "log_cosh"),
        ("huber_loss", "huber"),
        ("cosine", "cosine_similarity"),
        ("cosine_proximity", "cosine_similarity"),
        ("bce", "binary_crossentropy"),
        ("BCE", "binary_crossentropy"),
    ],
)
def test_short_names_of_keras_2(alias, name):
    assert losses.get(alias) is getattr(losses, name)
    assert getattr(losses, alias) is getattr(losses, name)


@pytest.mark.parametrize("name", CASES)
def test_integer_and_list_arguments(name):
    t, p, formula = CASES[name]
    got = getattr(losses, name)(t.tolist(), p.tolist())
    np.testing.assert_allclose(np.asarray(got), in_double(t, p, formula), rtol=3e-5, atol=1e-6)


def test_huber_delta():
    np.testing.assert_allclose(losses.huber(REAL, POSITIVE, 0.5), huber(REAL, POSITIVE, 0.5), rtol=1e-5)


def test_log_cosh_does_not_overflow():
    got = np.asarray(losses.log_cosh(np.zeros((1, 2), "float32"), np.array([[500.0, -500.0]], "float32")))
    np.testing.assert_allclose(got, [500 - np.log(2)], rtol=1e-6)


def test_only_the_last_axis_is_reduced():
    t, p = np.zeros((2, 3, 4), "float32"), np.ones((2, 3, 4), "float32")
    for name in ("mean_squared_error", "binary_crossentropy", "hinge", "kl_divergence"):
        assert getattr(losses, name)(t, p).shape == (2, 3)
