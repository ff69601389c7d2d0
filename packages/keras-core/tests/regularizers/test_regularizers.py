"""Penalties against NumPy.

Covers: identifiers.py, norm.py, orthogonality.py, regularizer.py
"""

import numpy as np
import pytest
from keras_core import regularizers

X = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]], "float32")


@pytest.mark.parametrize(
    ("penalty", "expected"),
    [
        (regularizers.L1(0.1), 0.1 * 7.5),
        (regularizers.l1(l=0.1), 0.1 * 7.5),
        (regularizers.L2(0.2), 0.2 * 15.25),
        (regularizers.l2(l=0.2), 0.2 * 15.25),
        (regularizers.L1L2(0.1, 0.2), 0.1 * 7.5 + 0.2 * 15.25),
        (regularizers.L1L2(), 0.0),
        (regularizers.l1_l2(), 0.01 * 7.5 + 0.01 * 15.25),
        (regularizers.l1_l2(l1=0.5, l2=0.0), 0.5 * 7.5),
        (regularizers.get("l1"), 0.01 * 7.5),
        (regularizers.get("l2"), 0.01 * 15.25),
        (regularizers.get("l1_l2"), 0.01 * 7.5 + 0.01 * 15.25),
    ],
)
def test_sums_of_absolute_values_and_squares(penalty, expected):
    assert float(penalty(X)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("mode", ["rows", "columns"])
def test_orthogonal(mode):
    vectors = X if mode == "rows" else X.T
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = np.abs(unit @ unit.T)[np.triu_indices(len(unit), 1)]
    penalty = regularizers.OrthogonalRegularizer(0.3, mode)
    assert float(penalty(X)) == pytest.approx(0.3 * cosines.mean(), rel=1e-5)


def test_orthogonal_of_orthogonal_rows_is_zero():
    q, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))
    assert float(regularizers.OrthogonalRegularizer(1.0)(q)) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: regularizers.L1(-1.0), "l1"),
        (lambda: regularizers.L2(float("nan")), "l2"),
        (lambda: regularizers.OrthogonalRegularizer(mode="diagonal"), "diagonal"),
        (lambda: regularizers.OrthogonalRegularizer()(np.ones(3)), "rank 2"),
        (lambda: regularizers.get("l3"), "l3"),
    ],
)
def test_errors_say_what_was_wrong(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    "penalty",
    [
        regularizers.L1(0.3),
        regularizers.L2(0.4),
        regularizers.L1L2(0.1, 0.2),
        regularizers.OrthogonalRegularizer(0.2, "columns"),
    ],
)
def test_config_gives_an_equal_one(penalty):
    again = regularizers.deserialize(regularizers.serialize(penalty))
    assert type(again) is type(penalty)
    assert again.get_config() == penalty.get_config()


def test_keras_2_config():
    penalty = regularizers.deserialize({"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.5}})
    assert float(penalty(X)) == pytest.approx(0.5 * 15.25)


def test_get():
    assert regularizers.get(None) is None
    assert regularizers.get(abs) is abs
