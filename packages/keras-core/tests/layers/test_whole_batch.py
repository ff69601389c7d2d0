"""Sums over a batch that processes split, and the losses and metrics that are made of them."""

import numpy as np
import pytest
from keras_core import backend, losses, metrics, ops
from keras_core.layers import batch_is_split, mean_over_batch, sum_over_batch
from threads_as_processes import on_shares

DRAWS = np.random.default_rng(3)
TRUE, PRED = DRAWS.normal(size=(7, 4)).astype("float32"), DRAWS.normal(size=(7, 4)).astype("float32")
WEIGHT = DRAWS.uniform(size=7).astype("float32")
MASK = DRAWS.uniform(size=(7,)) > 0.4


def test_of_one_process_they_are_its_own():
    assert not batch_is_split()
    assert float(sum_over_batch(ops.sum([1.0, 2.0]))) == 3
    assert float(mean_over_batch([1.0, 2.0])) == 1.5


@pytest.mark.parametrize("total", [6, 7])
def test_sums_and_means(monkeypatch, total):
    def both(share):
        rows = TRUE[share.start : share.stop]
        assert batch_is_split()
        return float(sum_over_batch(ops.sum(rows))), float(mean_over_batch(rows))

    found, _ = on_shares(monkeypatch, both, total)
    np.testing.assert_allclose(found, [(TRUE[:total].sum(), TRUE[:total].mean())] * 3, rtol=1e-5)


@pytest.mark.parametrize("axes", [0, (0, 1), 1])
def test_moments_are_of_the_whole_batch(monkeypatch, axes):
    def both(share):
        found = ops.moments(TRUE[share.start : share.stop], axes, synchronized=True)
        return [backend.to_numpy(one) for one in found]

    expected = TRUE.mean(axes), TRUE.var(axes)
    found, shares = on_shares(monkeypatch, both, 7)
    for pair, share in zip(found, shares, strict=True):
        for one, whole in zip(pair, expected, strict=True):
            of_rows = whole[share.start : share.stop] if axes == 1 else whole
            np.testing.assert_allclose(one, of_rows, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight"])
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["", "weights"])
@pytest.mark.parametrize("mask", [None, MASK], ids=["", "mask"])
def test_the_loss_of_the_batch_is_the_mean_weighted_by_rows(monkeypatch, reduction, weight, mask):
    loss = losses.MeanSquaredError(reduction=reduction)

    def of(rows):
        parts = [None if one is None else one[rows] for one in (TRUE, PRED, weight, mask)]
        return float(loss(*parts[:3], mask=parts[3]))

    found, shares = on_shares(monkeypatch, lambda share: of(slice(share.start, share.stop)), 7)
    combined = sum(value * share.weight for value, share in zip(found, shares, strict=True))
    np.testing.assert_allclose(combined, of(slice(None)), rtol=1e-5)


def test_a_score_that_is_no_sum_is_that_of_the_batch_in_all_processes(monkeypatch):
    def score(share):
        metric = metrics.R2Score()
        for _ in range(2):
            metric.update_state(TRUE[share.start : share.stop], PRED[share.start : share.stop])
        return float(backend.to_numpy(metric.result()))

    whole = metrics.R2Score()
    for _ in range(2):
        whole.update_state(TRUE, PRED)
    found, _ = on_shares(monkeypatch, score, 7)
    np.testing.assert_allclose(found, [float(backend.to_numpy(whole.result()))] * 3, rtol=1e-5)
