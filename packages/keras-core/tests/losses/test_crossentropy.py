"""Crossentropies: scores and probabilities, smoothing, axes, ignored classes.

Covers: smoothing.py
"""

import numpy as np
import pytest
from keras_core import losses

RNG = np.random.default_rng(0)
BITS = RNG.integers(0, 2, (5, 3)).astype("float32")
PROBS = RNG.uniform(0.05, 0.95, (5, 3)).astype("float32")
REAL = RNG.normal(size=(5, 3)).astype("float32") * 2
LOGITS = RNG.normal(size=(5, 3)).astype("float32")
SOFTMAX = np.exp(LOGITS) / np.exp(LOGITS).sum(-1, keepdims=True)
NUMBERS = np.array([0, 2, 1, 1, 0])
ONE_HOT = np.eye(3, dtype="float32")[NUMBERS]


def bce(t, p):
    return -(t * np.log(p) + (1 - t) * np.log(1 - p))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


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
