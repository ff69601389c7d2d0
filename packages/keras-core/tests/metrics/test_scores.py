"""F scores, explained variance, correlations and means of tensors against NumPy.

Covers: correlation.py, f_score.py, r2_score.py.
"""

import numpy as np
import pytest
from keras_core import metrics

RNG = np.random.default_rng(0)
ONE_HOT = np.eye(4, dtype="float32")[RNG.integers(0, 4, 30)]
SCORES = (RNG.uniform(size=(30, 4)) * 0.7 + 0.3 * ONE_HOT).astype("float32")
W = RNG.uniform(0.2, 2.0, 30).astype("float32")
REAL = RNG.normal(size=(30, 4)).astype("float32")
NEAR = (REAL + 0.4 * RNG.normal(size=(30, 4))).astype("float32")


def fed(metric, t, p, weights=None):
    for rows in (slice(0, 17), slice(17, None)):
        metric.update_state(t[rows], p[rows], None if weights is None else weights[rows])
    return np.asarray(metric.result())


def f_scores(called, beta=1.0, weights=None, axis=0):
    w = np.ones((30, 1)) if weights is None else weights[:, None]
    hits = (w * called * ONE_HOT).sum(axis)
    precision, recall = hits / (w * called).sum(axis), hits / (w * ONE_HOT).sum(axis)
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)


def test_f_scores():
    best = SCORES.max(-1, keepdims=True) == SCORES
    np.testing.assert_allclose(fed(metrics.F1Score(), ONE_HOT, SCORES), f_scores(best), rtol=1e-4)
    above = SCORES > 0.4
    got = fed(metrics.FBetaScore(beta=2.0, threshold=0.4), ONE_HOT, SCORES, W)
    np.testing.assert_allclose(got, f_scores(above, 2.0, W), rtol=1e-4)
    occurred = ONE_HOT.sum(0) / 30
    for average, expected in (
        ("macro", f_scores(above).mean()),
        ("micro", f_scores(above, axis=None)),
        ("weighted", (f_scores(above) * occurred).sum()),
    ):
        got = fed(metrics.F1Score(average, 0.4), ONE_HOT, SCORES)
        assert got == pytest.approx(expected, rel=1e-4)


def r2(weights=None):
    w = np.ones((30, 1)) if weights is None else weights[:, None]
    mean = (w * REAL).sum(0) / w.sum()
    spread = (w * (REAL - mean) ** 2).sum(0)
    return 1 - (w * (REAL - NEAR) ** 2).sum(0) / spread, spread


def test_r2_score():
    scores, spread = r2()
    assert fed(metrics.R2Score(), REAL, NEAR) == pytest.approx(scores.mean(), rel=1e-4)
    np.testing.assert_allclose(fed(metrics.R2Score(None), REAL, NEAR, W), r2(W)[0], rtol=1e-4)
    got = fed(metrics.R2Score("variance_weighted_average"), REAL, NEAR)
    assert got == pytest.approx((scores * spread).sum() / spread.sum(), rel=1e-4)
    adjusted = 1 - (1 - scores.mean()) * 29 / (30 - 3 - 1)
    assert fed(metrics.R2Score(num_regressors=3), REAL, NEAR) == pytest.approx(adjusted, rel=1e-4)
    assert fed(metrics.R2Score(), np.ones(30), np.zeros(30)) == 0.0
    assert fed(metrics.R2Score(), REAL[:, 0], NEAR[:, :1]) == pytest.approx(scores[0], rel=1e-4)


def test_correlations():
    expected = [np.corrcoef(t, p)[0, 1] for t, p in zip(REAL, NEAR, strict=True)]
    np.testing.assert_allclose(metrics.pearson_correlation(REAL, NEAR), expected, rtol=1e-4)
    assert fed(metrics.PearsonCorrelation(), REAL, NEAR) == pytest.approx(np.mean(expected), rel=1e-4)
    shift = (REAL.mean(-1) - NEAR.mean(-1)) ** 2
    covariance = ((REAL - REAL.mean(-1, keepdims=True)) * (NEAR - NEAR.mean(-1, keepdims=True))).mean(-1)
    concordance = 2 * covariance / (REAL.var(-1) + NEAR.var(-1) + shift)
    np.testing.assert_allclose(metrics.concordance_correlation(REAL, NEAR), concordance, rtol=1e-4)
    constant = np.ones((1, 4), "float32")
    assert float(metrics.pearson_correlation(constant, REAL[:1])[0]) == 0.0


@pytest.mark.parametrize("mean", [1e3, 1e5])
def test_scores_far_from_zero(mean):
    """The same as of the numbers in double precision, whatever their mean."""
    t, p = (REAL + mean).astype("float32"), (NEAR + mean).astype("float32")
    wide, near = t.astype("float64"), p.astype("float64")
    spread = ((wide - wide.mean(0)) ** 2).sum(0)
    r2_scores = 1 - ((wide - near) ** 2).sum(0) / spread
    np.testing.assert_allclose(fed(metrics.R2Score(None), t, p), r2_scores, atol=mean * 1e-8)
    both = [np.cov(a, b, bias=True) for a, b in zip(wide, near)]
    pearson = [c[0, 1] / np.sqrt(c[0, 0] * c[1, 1]) for c in both]
    apart = (wide - near).mean(-1) ** 2
    lin = [2 * c[0, 1] / (c[0, 0] + c[1, 1] + shift) for c, shift in zip(both, apart)]
    assert fed(metrics.PearsonCorrelation(), t, p) == pytest.approx(np.mean(pearson), abs=1e-6)
    assert fed(metrics.ConcordanceCorrelation(), t, p) == pytest.approx(np.mean(lin), abs=1e-6)


def test_mean_tensor():
    metric = metrics.MeanTensor(shape=(2, 2))
    metric.update_state([[1.0, 2.0], [3.0, 4.0]])
    metric.update_state([[3.0, 2.0], [0.0, 8.0]], [1.0, 0.0])
    np.testing.assert_allclose(metric.result(), [[2, 2], [3, 4]])
    metric.reset_state()
    np.testing.assert_array_equal(metric.result(), np.zeros((2, 2)))
    with pytest.raises(ValueError, match="first update_state"):
        metrics.MeanTensor().result()


def test_mean_relative_error():
    metric = metrics.MeanRelativeError(normalizer=[1.0, 2.0])
    assert float(metric([[1.0, 2.0], [3.0, 4.0]], [[2.0, 2.0], [3.0, 0.0]])) == pytest.approx(3 / 4)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: metrics.F1Score("mean"), "average"),
        (lambda: metrics.FBetaScore(beta=0), "beta"),
        (lambda: metrics.F1Score(threshold=2), "threshold"),
        (lambda: metrics.F1Score().update_state(np.ones(3), np.ones(3)), "classes"),
        (lambda: metrics.R2Score("total"), "class_aggregation"),
        (lambda: metrics.R2Score(num_regressors=-1), "num_regressors"),
        (lambda: metrics.R2Score().update_state(np.ones((1, 2, 3)), np.ones((1, 2, 3))), "outputs"),
    ],
)
def test_errors_say_what_was_wrong(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    "metric",
    [
        metrics.F1Score("macro", 0.3),
        metrics.FBetaScore("micro", 0.5),
        metrics.R2Score(None, 2),
        metrics.PearsonCorrelation(axis=0),
        metrics.ConcordanceCorrelation(),
        metrics.MeanTensor(shape=(3,)),
        metrics.MeanRelativeError([1.0, 2.0]),
    ],
    ids=lambda metric: type(metric).__name__,
)
def test_config_gives_an_equal_one(metric):
    again = metrics.deserialize(metrics.serialize(metric))
    assert type(again) is type(metric)
    assert again.get_config() == metric.get_config()
