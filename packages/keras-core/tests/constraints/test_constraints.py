"""Constraints against NumPy.

Covers: constraint.py, identifiers.py, norm.py
"""

import numpy as np
import pytest
from keras_core import constraints

W = np.random.default_rng(0).normal(size=(5, 4)).astype("float32") * np.array([0.1, 1, 2, 3], "float32")


def norms(w, axis=0):
    return np.sqrt((w**2).sum(axis=axis, keepdims=True))


def test_max_norm_shortens_only_what_is_longer():
    got = np.asarray(constraints.MaxNorm(1.0)(W))
    wanted = W * np.minimum(norms(W), 1.0) / norms(W)
    np.testing.assert_allclose(got, wanted, rtol=1e-5)
    np.testing.assert_allclose(got[:, 0], W[:, 0], rtol=1e-5)


@pytest.mark.parametrize("axis", [1, [0, 1], (0, 1)])
def test_axes(axis):
    axes = tuple(axis) if isinstance(axis, list) else axis
    got = np.asarray(constraints.MaxNorm(0.5, axis=axis)(W))
    np.testing.assert_allclose(got, W * 0.5 / norms(W, axes), rtol=1e-5)


def test_unit_norm():
    np.testing.assert_allclose(norms(np.asarray(constraints.UnitNorm()(W))), np.ones((1, 4)), rtol=1e-5)


def test_non_neg():
    np.testing.assert_array_equal(constraints.NonNeg()(W), np.maximum(W, 0))


@pytest.mark.parametrize("rate", [1.0, 0.5])
def test_min_max_norm(rate):
    got = np.asarray(constraints.MinMaxNorm(0.5, 2.0, rate)(W))
    wanted = rate * np.clip(norms(W), 0.5, 2.0) + (1 - rate) * norms(W)
    np.testing.assert_allclose(norms(got), wanted, rtol=1e-5)


def test_a_zero_vector_stays_zero():
    zero = np.zeros((3, 2), "float32")
    for constraint in (constraints.MaxNorm(), constraints.UnitNorm(), constraints.MinMaxNorm(0.5)):
        np.testing.assert_array_equal(constraint(zero), zero)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("max_norm", "MaxNorm"),
        ("maxnorm", "MaxNorm"),
        ("non_neg", "NonNeg"),
        ("nonneg", "NonNeg"),
        ("unit_norm", "UnitNorm"),
        ("unitnorm", "UnitNorm"),
        ("min_max_norm", "MinMaxNorm"),
        ("MinMaxNorm", "MinMaxNorm"),
    ],
)
def test_names_of_both_apis(name, expected):
    assert type(constraints.get(name)).__name__ == expected
    assert getattr(constraints, name).__name__ == expected


@pytest.mark.parametrize(
    "constraint",
    [
        constraints.MaxNorm(3, axis=[0, 1]),
        constraints.UnitNorm(1),
        constraints.NonNeg(),
        constraints.MinMaxNorm(0.1, 0.9, 0.5),
    ],
)
def test_config_gives_an_equal_one(constraint):
    again = constraints.deserialize(constraints.serialize(constraint))
    assert type(again) is type(constraint)
    assert again.get_config() == constraint.get_config()


def test_get():
    assert constraints.get(None) is None
    assert constraints.get(abs) is abs
    with pytest.raises(ValueError, match="max_norm"):
        constraints.get("max_nrom")
