"""From losses of samples to one number: reductions, weights, masks."""

import numpy as np
import pytest
from keras_core import losses

RNG = np.random.default_rng(1)
T = RNG.normal(size=(4, 3)).astype("float32")
P = RNG.normal(size=(4, 3)).astype("float32")
W = np.array([0.5, 1.0, 2.0, 0.0], "float32")
SQUARES = ((T - P) ** 2).mean(-1)


@pytest.mark.parametrize(
    ("reduction", "plain", "weighted"),
    [
        ("sum_over_batch_size", SQUARES.mean(), (SQUARES * W).sum() / 4),
        ("auto", SQUARES.mean(), (SQUARES * W).sum() / 4),
        ("mean", SQUARES.mean(), (SQUARES * W).sum() / 4),
        ("sum", SQUARES.sum(), (SQUARES * W).sum()),
        ("mean_with_sample_weight", SQUARES.mean(), (SQUARES * W).sum() / W.sum()),
        ("none", SQUARES, SQUARES * W),
        (None, SQUARES, SQUARES * W),
    ],
)
def test_reductions(reduction, plain, weighted):
    loss = losses.MeanSquaredError(reduction=reduction)
    np.testing.assert_allclose(loss(T, P), plain, rtol=1e-5)
    np.testing.assert_allclose(loss(T, P, sample_weight=W), weighted, rtol=1e-5)
    np.testing.assert_allclose(loss(T, P, sample_weight=W[:, None]), weighted, rtol=1e-5)


def test_unknown_reduction():
    with pytest.raises(ValueError, match="sum_over_batch_size"):
        losses.MeanSquaredError(reduction="average")


def test_weights_of_time_steps():
    t, p = np.zeros((2, 3, 4), "float32"), RNG.normal(size=(2, 3, 4)).astype("float32")
    values = (p**2).mean(-1)
    steps = RNG.uniform(size=(2, 3)).astype("float32")
    loss = losses.MeanSquaredError()
    assert float(loss(t, p, steps)) == pytest.approx((values * steps).mean(), rel=1e-5)
    samples = np.array([1.0, 3.0], "float32")
    assert float(loss(t, p, samples)) == pytest.approx((values * samples[:, None]).mean(), rel=1e-5)
    with pytest.raises(ValueError, match=r"weights of shape \(3,\)"):
        loss(t, p, np.ones(3))


def test_mask_leaves_out_and_means_over_the_rest():
    t, p = np.zeros((2, 3, 1), "float32"), np.arange(6, dtype="float32").reshape(2, 3, 1)
    mask = np.array([[True, True, False], [False, True, False]])
    squares = np.array([0.0, 1.0, 16.0])
    loss = losses.MeanSquaredError()
    assert float(loss(t, p, mask=mask)) == pytest.approx(squares.mean())
    weights = np.array([1.0, 3.0], "float32")
    expected = (squares * [1, 1, 3]).sum() / 3
    assert float(loss(t, p, weights, mask=mask)) == pytest.approx(expected)
    total = losses.MeanSquaredError(reduction="sum")
    assert float(total(t, p, mask=mask)) == pytest.approx(squares.sum())
    assert float(loss(t, p, mask=np.zeros((2, 3), bool))) == 0.0


def test_ignored_class_does_not_count_in_the_mean():
    p = np.array([[0.5, 0.5], [0.25, 0.75], [0.1, 0.9]], "float32")
    loss = losses.SparseCategoricalCrossentropy(ignore_class=-1)
    got = loss(np.array([0, 1, -1]), p)
    assert float(got) == pytest.approx(-(np.log(0.5) + np.log(0.75)) / 2, rel=1e-5)
