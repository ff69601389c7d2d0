"""Metrics of hits and misses against counts in NumPy.

Covers: auc.py, counts.py, iou.py, operating_point.py, precision_recall.py.
"""

import numpy as np
import pytest
from keras_core import metrics

RNG = np.random.default_rng(0)
Y = RNG.integers(0, 2, (30, 3)).astype("float32")
P = np.clip(0.3 * Y + RNG.uniform(0, 0.7, (30, 3)), 0, 1).astype("float32")
W = RNG.uniform(0.2, 2.0, 30).astype("float32")
CLASSES = RNG.integers(0, 4, 30)
ONE_HOT = np.eye(4, dtype="float32")[CLASSES]
SCORES = RNG.dirichlet(np.ones(4), 30).astype("float32")


def fed(metric, t, p, weights=None):
    for rows in (slice(0, 20), slice(20, None)):
        metric.update_state(t[rows], p[rows], None if weights is None else weights[rows])
    return np.asarray(metric.result())


def counts(t, p, threshold=0.5, weights=None):
    w = np.ones_like(p) if weights is None else np.broadcast_to(weights, p.shape)
    above = p > threshold
    return {
        "TruePositives": (w * above * (t == 1)).sum(),
        "FalsePositives": (w * above * (t == 0)).sum(),
        "TrueNegatives": (w * ~above * (t == 0)).sum(),
        "FalseNegatives": (w * ~above * (t == 1)).sum(),
    }


@pytest.mark.parametrize("name", ["TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives"])
def test_counts(name):
    make = getattr(metrics, name)
    assert fed(make(), Y, P) == pytest.approx(counts(Y, P)[name])
    weighted = counts(Y, P, weights=W[:, None])[name]
    assert fed(make(), Y, P, W) == pytest.approx(weighted, rel=1e-5)
    several = fed(make(thresholds=[0.2, 0.7]), Y, P)
    np.testing.assert_allclose(several, [counts(Y, P, t)[name] for t in (0.2, 0.7)], rtol=1e-5)


def precision_and_recall(t, p, threshold=0.5, weights=None):
    c = counts(t, p, threshold, weights)
    hits = c["TruePositives"]
    return hits / (hits + c["FalsePositives"]), hits / (hits + c["FalseNegatives"])


def test_precision_and_recall():
    precision, recall = precision_and_recall(Y, P, 0.4, W[:, None])
    assert fed(metrics.Precision(0.4), Y, P, W) == pytest.approx(precision, rel=1e-5)
    assert fed(metrics.Recall(0.4), Y, P, W) == pytest.approx(recall, rel=1e-5)
    precision, recall = precision_and_recall(Y[:, 1], P[:, 1])
    assert fed(metrics.Precision(class_id=1), Y, P) == pytest.approx(precision, rel=1e-5)
    assert fed(metrics.Recall(class_id=1), Y, P) == pytest.approx(recall, rel=1e-5)


def test_only_the_best_k_are_positive():
    best = (SCORES.argsort(-1).argsort(-1) >= 2).astype("float32")
    precision, recall = precision_and_recall(ONE_HOT, best)
    assert fed(metrics.Precision(top_k=2), ONE_HOT, SCORES) == pytest.approx(precision, rel=1e-5)
    assert fed(metrics.Recall(top_k=2), ONE_HOT, SCORES) == pytest.approx(recall, rel=1e-5)


def test_before_the_first_batch_there_is_no_division_by_zero():
    for name in ("Precision", "Recall", "AUC", "TruePositives"):
        assert float(np.asarray(getattr(metrics, name)().result())) == 0.0


# -- areas


def test_roc_area_is_the_chance_that_a_positive_scores_higher():
    scores = np.round(P * 100) / 100
    positive, negative = scores[Y == 1], scores[Y == 0]
    wins = (positive[:, None] > negative).mean() + 0.5 * (positive[:, None] == negative).mean()
    metric = metrics.AUC(thresholds=np.linspace(0.005, 0.995, 100))
    assert fed(metric, Y, scores) == pytest.approx(wins, abs=1e-5)


@pytest.mark.parametrize(("method", "area"), [("interpolation", 0.75), ("minoring", 0.5), ("majoring", 1.0)])
def test_roc_area_of_a_case_by_hand(method, area):
    # At 0.5 half of the positives and none of the negatives are above: points (0, 0), (0, .5), (1, 1).
    metric = metrics.AUC(num_thresholds=3, summation_method=method)
    assert fed(metric, np.array([0, 0, 1, 1]), np.array([0, 0.5, 0.3, 0.9])) == pytest.approx(area)


@pytest.mark.parametrize(
    # At 0.5 there is 1 hit in 1 call, at 0 there are 2 in 3: between them hits = 1/2 + calls / 2, and
    # the integral of precision over recall is that of (1 + 1 / calls) / 2 over calls / 4 from 1 to 3.
    ("method", "area"),
    [
        ("interpolation", 0.5 + 0.25 * (2 + np.log(3.0)) / 2),
        ("minoring", 0.5 * 2 / 3 + 0.0),
        ("majoring", 0.5 * 1 + 0.5 * 1),
    ],
)
def test_precision_recall_area_of_a_case_by_hand(method, area):
    metric = metrics.AUC(num_thresholds=3, curve="PR", summation_method=method)
    assert fed(metric, np.array([0, 1, 1]), np.array([0.5, 0.3, 0.9])) == pytest.approx(area, abs=1e-5)


# Of the scores 0.1 (0), 0.4 (0), 0.35 (1), 0.8 (1) the thresholds hit 2, 2, 1, 0 and call 2, 1, 0, 0 falsely: gains of
# recall 1, 1, 0, 0 and of precision 0, 1/2, 1, 1.
@pytest.mark.parametrize(("method", "area"), [("interpolation", 0.75), ("minoring", 0.5), ("majoring", 1.0)])
def test_area_of_the_gains_of_a_case_by_hand(method, area):
    metric = metrics.AUC(thresholds=[0.2, 0.5], curve="prgain", summation_method=method)
    assert fed(metric, np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.35, 0.8])) == pytest.approx(area, abs=1e-5)


def test_area_of_the_gains_by_the_formulas_of_the_paper():
    rng = np.random.default_rng(4)
    truth = (rng.random(40) < 0.3).astype("float64")
    scores, weights = np.clip(truth * 0.3 + rng.random(40) * 0.7, 0, 1), rng.random(40)
    thresholds = np.array([-1e-7, *np.linspace(0.05, 0.95, 19), 1 + 1e-7])
    called = scores > thresholds[:, None]
    hits, all_called = (called * truth * weights).sum(1), (called * weights).sum(1)
    share = (truth * weights).sum() / weights.sum()
    x, y = np.zeros(21), np.ones(21)
    some = hits > 0
    precision, recall = hits[some] / all_called[some], hits[some] / (truth * weights).sum()
    x[some] = np.maximum((recall - share) / ((1 - share) * recall), 0)
    y[some] = (precision - share) / ((1 - share) * precision)
    expected = ((x[:-1] - x[1:]) * (y[:-1] + y[1:]) / 2).sum()
    metric = metrics.AUC(thresholds=thresholds[1:-1], curve="PRGAIN")
    assert fed(metric, truth, scores, weights) == pytest.approx(expected, rel=1e-4)
    again = type(metric).from_config(metric.get_config())
    assert again.curve == "PRGAIN" and fed(again, truth, scores, weights) == pytest.approx(expected, rel=1e-4)


def test_areas_of_several_labels():
    single = [fed(metrics.AUC(), Y[:, i], P[:, i]) for i in range(3)]
    metric = metrics.AUC(multi_label=True, num_labels=3)
    assert fed(metric, Y, P) == pytest.approx(np.mean(single), rel=1e-5)
    weights = [0.2, 0.5, 0.3]
    metric = metrics.AUC(multi_label=True, num_labels=3, label_weights=weights)
    assert fed(metric, Y, P) == pytest.approx(np.dot(single, weights), rel=1e-5)


def test_area_of_scores_before_the_sigmoid():
    logits = np.log(np.clip(P, 0.01, 0.99) / (1 - np.clip(P, 0.01, 0.99)))
    expected = fed(metrics.AUC(), Y, np.clip(P, 0.01, 0.99))
    assert fed(metrics.AUC(from_logits=True), Y, logits) == pytest.approx(expected, abs=1e-3)


# -- one rate at another


@pytest.mark.parametrize(
    ("name", "given", "wanted"),
    [
        ("SensitivityAtSpecificity", "specificity", "recall"),
        ("SpecificityAtSensitivity", "recall", "specificity"),
        ("PrecisionAtRecall", "recall", "precision"),
        ("RecallAtPrecision", "precision", "recall"),
    ],
)
def test_best_rate_at_a_given_rate(name, given, wanted):
    best = 0.0
    for threshold in np.linspace(0, 1, 200, dtype="float32"):
        c = counts(Y, P, threshold)
        hits, misses = c["TruePositives"], c["FalseNegatives"]
        called = hits + c["FalsePositives"]
        rates = {
            "recall": hits / (hits + misses),
            "precision": hits / called if called else 0.0,
            "specificity": c["TrueNegatives"] / (c["TrueNegatives"] + c["FalsePositives"]),
        }
        if rates[given] >= 0.8:
            best = max(best, rates[wanted])
    assert fed(getattr(metrics, name)(0.8), Y, P) == pytest.approx(best, abs=1e-6)
    assert 0 < best < 1


def test_no_threshold_reaches_the_given_rate():
    assert fed(metrics.RecallAtPrecision(0.9), np.array([0, 0, 0]), np.array([0.1, 0.5, 0.9])) == 0.0


# -- intersection over union


def ratios(t, p, weights=None):
    w = np.ones(len(t)) if weights is None else weights
    both = [(w * ((t == c) & (p == c))).sum() for c in range(4)]
    either = [(w * ((t == c) | (p == c))).sum() for c in range(4)]
    return np.array(both) / np.array(either)


def test_intersection_over_union():
    guesses = RNG.integers(0, 4, 30)
    assert fed(metrics.MeanIoU(4), CLASSES, guesses) == pytest.approx(ratios(CLASSES, guesses).mean(), rel=1e-5)
    expected = ratios(CLASSES, guesses, W)[[0, 2]].mean()
    assert fed(metrics.IoU(4, [0, 2]), CLASSES, guesses, W) == pytest.approx(expected, rel=1e-5)
    # A class that never occurs does not count in the mean.
    assert fed(metrics.MeanIoU(6), CLASSES, guesses) == pytest.approx(ratios(CLASSES, guesses).mean(), rel=1e-5)


def test_intersection_over_union_of_scores_and_thresholds():
    best = SCORES.argmax(-1)
    assert fed(metrics.OneHotIoU(4, [1]), ONE_HOT, SCORES) == pytest.approx(ratios(CLASSES, best)[1], rel=1e-5)
    assert fed(metrics.OneHotMeanIoU(4), ONE_HOT, SCORES) == pytest.approx(ratios(CLASSES, best).mean(), rel=1e-5)
    kept = CLASSES != 3
    guesses = np.where(kept, best, 0)
    expected = [
        (kept & (c == CLASSES) & (guesses == c)).sum() / (kept & ((c == CLASSES) | (guesses == c))).sum()
        for c in range(3)
    ]
    got = fed(metrics.IoU(4, [0, 1, 2], ignore_class=3), CLASSES, guesses)
    assert got == pytest.approx(np.mean(expected), rel=1e-5)
    above = (P[:, 0] > 0.4).astype(int)
    truth = Y[:, 0].astype(int)
    expected = (truth & above).sum() / (truth | above).sum()
    assert fed(metrics.BinaryIoU([1], 0.4), Y[:, 0], P[:, 0]) == pytest.approx(expected, rel=1e-5)


# -- arguments


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: metrics.Precision(thresholds=[0.5, 1.5]), "from 0 to 1"),
        (lambda: metrics.AUC(curve="RCO"), "'ROC', 'PR' or 'PRGAIN'"),
        (lambda: metrics.AUC(summation_method="trapezoid"), "minoring"),
        (lambda: metrics.AUC(num_thresholds=1), "2 or more"),
        (lambda: metrics.PrecisionAtRecall(1.2), "recall must be from 0 to 1"),
        (lambda: metrics.IoU(2, [2]), "target_class_ids"),
        (lambda: metrics.Recall().update_state(np.ones((2, 3)), np.ones((2, 1))), r"\(2, 3\)"),
    ],
)
def test_errors_say_what_was_wrong(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    "metric",
    [
        metrics.TruePositives(0.3, name="mine"),
        metrics.Precision([0.2, 0.4], 2, 1),
        metrics.Recall(),
        metrics.AUC(50, "PR", "majoring", multi_label=True, num_labels=2, label_weights=[0.5, 0.5]),
        metrics.AUC(thresholds=[0.3, 0.6]),
        metrics.SensitivityAtSpecificity(0.4, 20),
        metrics.SpecificityAtSensitivity(0.4, class_id=1),
        metrics.PrecisionAtRecall(0.4),
        metrics.RecallAtPrecision(0.4, dtype="float64"),
        metrics.IoU(3, [0, 2], ignore_class=1),
        metrics.MeanIoU(3),
        metrics.OneHotIoU(3, [1]),
        metrics.OneHotMeanIoU(3),
        metrics.BinaryIoU([0], 0.3),
    ],
    ids=lambda metric: type(metric).__name__,
)
def test_config_gives_an_equal_one(metric):
    again = metrics.deserialize(metrics.serialize(metric))
    assert type(again) is type(metric)
    assert again.get_config() == metric.get_config()
    assert [v.shape for v in again.variables] == [v.shape for v in metric.variables]
    again.reset_state()
