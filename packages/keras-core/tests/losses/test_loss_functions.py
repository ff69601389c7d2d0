"""Loss functions against their formulas in NumPy, in double precision."""

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


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


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


def test_labels_0_and_1_are_signs_to_a_hinge():
    np.testing.assert_allclose(losses.hinge(BITS, REAL), losses.hinge(2 * BITS - 1, REAL), rtol=1e-6)


def test_generalized_crossentropy():
    right = (ONE_HOT * SOFTMAX).sum(-1)
    got = losses.categorical_generalized_cross_entropy(ONE_HOT, SOFTMAX, 0.7)
    np.testing.assert_allclose(got, (1 - right**0.7) / 0.7, rtol=2e-5)
    loss = losses.CategoricalGeneralizedCrossEntropy(0.001)
    crossentropy = losses.CategoricalCrossentropy()
    assert float(loss(ONE_HOT, SOFTMAX)) == pytest.approx(float(crossentropy(ONE_HOT, SOFTMAX)), rel=5e-3)
    with pytest.raises(ValueError, match="q must be"):
        losses.CategoricalGeneralizedCrossEntropy(1.5)


def test_huber_delta():
    np.testing.assert_allclose(losses.huber(REAL, POSITIVE, 0.5), huber(REAL, POSITIVE, 0.5), rtol=1e-5)


def test_log_cosh_does_not_overflow():
    got = np.asarray(losses.log_cosh(np.zeros((1, 2), "float32"), np.array([[500.0, -500.0]], "float32")))
    np.testing.assert_allclose(got, [500 - np.log(2)], rtol=1e-6)


def test_crossentropies_of_scores():
    binary = losses.binary_crossentropy(BITS, REAL, from_logits=True)
    np.testing.assert_allclose(binary, bce(BITS, sigmoid(REAL.astype("f8"))).mean(-1), rtol=2e-5)
    categorical = losses.categorical_crossentropy(ONE_HOT, LOGITS, from_logits=True)
    np.testing.assert_allclose(categorical, -(ONE_HOT * np.log(SOFTMAX)).sum(-1), rtol=2e-5)
    sparse = losses.sparse_categorical_crossentropy(NUMBERS, LOGITS, from_logits=True)
    np.testing.assert_allclose(sparse, categorical, rtol=1e-5)


def test_crossentropies_of_certain_scores_are_finite():
    scores = np.array([[200.0, -200.0]], "float32")
    wrong = np.array([[0.0, 1.0]], "float32")
    assert float(losses.categorical_crossentropy(wrong, scores, from_logits=True)[0]) == pytest.approx(400)
    assert float(losses.binary_crossentropy(wrong, scores, from_logits=True)[0]) == pytest.approx(200)
    assert np.isfinite(losses.categorical_crossentropy(wrong, np.array([[1.0, 0.0]], "float32"))).all()
    assert np.isfinite(losses.binary_crossentropy(wrong, np.array([[1.0, 0.0]], "float32"))).all()


def test_label_smoothing():
    smooth = BITS * 0.8 + 0.1
    got = losses.binary_crossentropy(BITS, PROBS, label_smoothing=0.2)
    np.testing.assert_allclose(got, bce(smooth, PROBS).mean(-1), rtol=2e-5)
    smooth = ONE_HOT * 0.7 + 0.1
    got = losses.categorical_crossentropy(ONE_HOT, SOFTMAX, label_smoothing=0.3)
    np.testing.assert_allclose(got, -(smooth * np.log(SOFTMAX)).sum(-1), rtol=2e-5)


def test_axis_of_classes():
    t, p = np.moveaxis(ONE_HOT[None], -1, 1), np.moveaxis(SOFTMAX[None], -1, 1)
    expected = -np.log(SOFTMAX[np.arange(5), NUMBERS])[None]
    np.testing.assert_allclose(losses.categorical_crossentropy(t, p, axis=1), expected, rtol=2e-5)
    got = losses.sparse_categorical_crossentropy(NUMBERS[None], p, axis=1)
    np.testing.assert_allclose(got, expected, rtol=2e-5)


def test_class_numbers_may_have_a_last_axis_of_one_and_float_dtype():
    expected = losses.sparse_categorical_crossentropy(NUMBERS, SOFTMAX)
    for numbers in (NUMBERS[:, None], NUMBERS.astype("float32"), NUMBERS[:, None].astype("uint8")):
        np.testing.assert_allclose(losses.sparse_categorical_crossentropy(numbers, SOFTMAX), expected)


def test_ignored_class():
    got = np.asarray(losses.sparse_categorical_crossentropy(NUMBERS, SOFTMAX, ignore_class=1))
    expected = np.where(NUMBERS == 1, 0, -np.log(SOFTMAX[np.arange(5), NUMBERS]))
    np.testing.assert_allclose(got, expected, rtol=2e-5)
    negative = np.where(NUMBERS == 1, -1, NUMBERS)
    got = losses.sparse_categorical_crossentropy(negative, SOFTMAX, ignore_class=-1)
    np.testing.assert_allclose(got, expected, rtol=2e-5)


def test_focal_loss_with_balance():
    balance = np.where(BITS == 1, 0.3, 0.7)
    right = BITS * PROBS + (1 - BITS) * (1 - PROBS)
    expected = (balance * (1 - right) ** 1.5 * bce(BITS, PROBS)).mean(-1)
    got = losses.binary_focal_crossentropy(BITS, PROBS, True, 0.3, 1.5)
    np.testing.assert_allclose(got, expected, rtol=2e-5)
    logits = np.log(PROBS / (1 - PROBS))
    got = losses.binary_focal_crossentropy(BITS, logits, True, 0.3, 1.5, from_logits=True)
    np.testing.assert_allclose(got, expected, rtol=1e-4)


def test_overlap_by_sample():
    hits, sizes = (BITS * PROBS).sum(1), BITS.sum(1) + PROBS.sum(1)
    np.testing.assert_allclose(losses.dice(BITS, PROBS, axis=1), 1 - 2 * hits / sizes, rtol=1e-5)
    more, less = ((1 - BITS) * PROBS).sum(1), (BITS * (1 - PROBS)).sum(1)
    got = losses.tversky(BITS, PROBS, 0.2, 0.7, axis=[1])
    np.testing.assert_allclose(got, 1 - hits / (hits + 0.2 * more + 0.7 * less), rtol=1e-4, atol=1e-6)


def test_only_the_last_axis_is_reduced():
    t, p = np.zeros((2, 3, 4), "float32"), np.ones((2, 3, 4), "float32")
    for name in ("mean_squared_error", "binary_crossentropy", "hinge", "kl_divergence"):
        assert getattr(losses, name)(t, p).shape == (2, 3)
