"""Metrics over several batches against NumPy over all samples at once.

Covers: accuracies.py, hinge_metrics.py, probabilistic.py, regression.py.
"""

import numpy as np
import pytest
from keras_core import metrics

RNG = np.random.default_rng(0)
BITS = RNG.integers(0, 2, (8, 3)).astype("float32")
PROBS = RNG.uniform(0.05, 0.95, (8, 3)).astype("float32")
NUMBERS = RNG.integers(0, 3, 8)
ONE_HOT = np.eye(3, dtype="float32")[NUMBERS]
SOFTMAX = PROBS / PROBS.sum(-1, keepdims=True)
W = RNG.uniform(0.5, 2.0, 8).astype("float32")
RANK = (SOFTMAX[np.arange(8), NUMBERS][:, None] < SOFTMAX).sum(-1)


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


CASES = {
    "MeanSquaredError": (BITS, PROBS, ((BITS - PROBS) ** 2).mean(-1)),
    "MeanAbsoluteError": (BITS, PROBS, np.abs(BITS - PROBS).mean(-1)),
    "MeanAbsolutePercentageError": (PROBS, BITS, 100 * np.abs((PROBS - BITS) / PROBS).mean(-1)),
    "MeanSquaredLogarithmicError": (BITS, PROBS, ((np.log1p(BITS) - np.log1p(PROBS)) ** 2).mean(-1)),
    "LogCoshError": (BITS, PROBS, np.log(np.cosh(BITS - PROBS)).mean(-1)),
    "CosineSimilarity": (ONE_HOT, PROBS, (ONE_HOT * unit(PROBS)).sum(-1)),
    "Hinge": (BITS, PROBS, np.maximum(1 - (2 * BITS - 1) * PROBS, 0).mean(-1)),
    "SquaredHinge": (BITS, PROBS, (np.maximum(1 - (2 * BITS - 1) * PROBS, 0) ** 2).mean(-1)),
    "CategoricalHinge": (
        ONE_HOT,
        PROBS,
        np.maximum(((1 - ONE_HOT) * PROBS).max(-1) - (ONE_HOT * PROBS).sum(-1) + 1, 0),
    ),
    "KLDivergence": (SOFTMAX[::-1], SOFTMAX, (SOFTMAX[::-1] * np.log(SOFTMAX[::-1] / SOFTMAX)).sum(-1)),
    "Poisson": (BITS, PROBS, (PROBS - BITS * np.log(PROBS)).mean(-1)),
    "BinaryCrossentropy": (
        BITS,
        PROBS,
        -(BITS * np.log(PROBS) + (1 - BITS) * np.log(1 - PROBS)).mean(-1),
    ),
    "CategoricalCrossentropy": (ONE_HOT, SOFTMAX, -np.log((ONE_HOT * SOFTMAX).sum(-1))),
    "SparseCategoricalCrossentropy": (NUMBERS, SOFTMAX, -np.log((ONE_HOT * SOFTMAX).sum(-1))),
    "Accuracy": (BITS, np.round(PROBS), (np.round(PROBS) == BITS).mean(-1)),
    "BinaryAccuracy": (BITS, PROBS, ((PROBS > 0.5) == BITS).mean(-1)),
    "CategoricalAccuracy": (ONE_HOT, SOFTMAX, SOFTMAX.argmax(-1) == NUMBERS),
    "SparseCategoricalAccuracy": (NUMBERS[:, None], SOFTMAX, SOFTMAX.argmax(-1) == NUMBERS),
    "TopKCategoricalAccuracy": (ONE_HOT, SOFTMAX, RANK < 2),
    "SparseTopKCategoricalAccuracy": (NUMBERS, SOFTMAX, RANK < 2),
}


def make(name):
    return getattr(metrics, name)(2) if "TopK" in name else getattr(metrics, name)()


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("weighted", [False, True])
def test_mean_over_batches(name, weighted):
    t, p, values = CASES[name]
    metric = make(name)
    for rows in (slice(0, 5), slice(5, 8)):
        metric.update_state(t[rows], p[rows], W[rows] if weighted else None)
    expected = (values * W).sum() / W.sum() if weighted else values.mean()
    assert float(metric.result()) == pytest.approx(float(expected), rel=3e-5)


@pytest.mark.parametrize("name", CASES)
def test_config_gives_an_equal_one(name):
    metric = make(name)
    again = metrics.deserialize(metrics.serialize(metric))
    assert type(again) is type(metric)
    assert again.get_config() == metric.get_config()


def test_root_mean_squared_error():
    metric = metrics.RootMeanSquaredError()
    metric.update_state(BITS[:5], PROBS[:5])
    metric.update_state(BITS[5:], PROBS[5:])
    assert float(metric.result()) == pytest.approx(np.sqrt(((BITS - PROBS) ** 2).mean()), rel=1e-5)


def test_ignored_class_does_not_count():
    metric = metrics.SparseCategoricalCrossentropy(ignore_class=1)
    metric.update_state(NUMBERS, SOFTMAX)
    kept = NUMBERS != 1
    assert float(metric.result()) == pytest.approx(-np.log((ONE_HOT * SOFTMAX).sum(-1)[kept]).mean(), rel=1e-5)


def test_top_k_of_sequences():
    t, p = NUMBERS.reshape(2, 4), SOFTMAX.reshape(2, 4, 3)
    got = np.asarray(metrics.sparse_top_k_categorical_accuracy(t, p, 2))
    np.testing.assert_array_equal(got, (RANK < 2).reshape(2, 4))


def test_top_k_of_sorted_numbers():
    best = np.array([[2, 0, 1], [1, 2, 0]])
    got = metrics.sparse_top_k_categorical_accuracy([0, 0], best, 2, from_sorted_ids=True)
    np.testing.assert_array_equal(got, [1, 0])
