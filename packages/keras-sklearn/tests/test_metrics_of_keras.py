"""Metrics of Keras over uneven batches against scikit-learn over all samples at once."""

import numpy as np
import pytest
from keras_core import losses, metrics, ops
from sklearn import metrics as known

RNG = np.random.default_rng(0)
N = 203
BATCHES = [slice(0, 1), slice(1, 90), slice(90, 97), slice(97, N)]
WEIGHTS = RNG.uniform(0.2, 2.0, N).astype("float32")
BITS = RNG.integers(0, 2, N)
SCORES = np.clip(0.3 * BITS + 0.7 * RNG.uniform(size=N), 0.001, 0.999).astype("float32")
CLASSES = RNG.integers(0, 4, N)
ONE_HOT = np.eye(4, dtype="float32")[CLASSES]
PROBS = (RNG.uniform(size=(N, 4)) + 0.4 * ONE_HOT).astype("float32")
PROBS /= PROBS.sum(-1, keepdims=True)
WIDE = PROBS / PROBS.sum(-1, keepdims=True, dtype="float64")
GUESSES = PROBS.argmax(-1)
REAL = (RNG.normal(size=(N, 2)) + 1000).astype("float32")
NEAR = (REAL + 0.5 * RNG.normal(size=(N, 2))).astype("float32")
CALLED = (SCORES > 0.5).astype("int")

CASES = {
    "BinaryAccuracy": (
        metrics.BinaryAccuracy,
        BITS,
        SCORES,
        lambda w: known.accuracy_score(BITS, CALLED, sample_weight=w),
    ),
    "SparseCategoricalAccuracy": (
        metrics.SparseCategoricalAccuracy,
        CLASSES,
        PROBS,
        lambda w: known.accuracy_score(CLASSES, GUESSES, sample_weight=w),
    ),
    "SparseTopKCategoricalAccuracy": (
        lambda: metrics.SparseTopKCategoricalAccuracy(k=2),
        CLASSES,
        PROBS,
        lambda w: known.top_k_accuracy_score(CLASSES, PROBS, k=2, sample_weight=w),
    ),
    "Precision": (metrics.Precision, BITS, SCORES, lambda w: known.precision_score(BITS, CALLED, sample_weight=w)),
    "Recall": (metrics.Recall, BITS, SCORES, lambda w: known.recall_score(BITS, CALLED, sample_weight=w)),
    "F1Score": (
        lambda: metrics.F1Score("macro"),
        ONE_HOT,
        PROBS,
        lambda w: known.f1_score(CLASSES, GUESSES, average="macro", sample_weight=w),
    ),
    "FBetaScore": (
        lambda: metrics.FBetaScore("weighted", beta=2.0),
        ONE_HOT,
        PROBS,
        lambda w: known.fbeta_score(CLASSES, GUESSES, beta=2.0, average="weighted", sample_weight=w),
    ),
    "MeanIoU": (
        lambda: metrics.MeanIoU(4, sparse_y_pred=False),
        CLASSES,
        PROBS,
        lambda w: known.jaccard_score(CLASSES, GUESSES, average="macro", sample_weight=w),
    ),
    "BinaryCrossentropy": (
        metrics.BinaryCrossentropy,
        BITS,
        SCORES,
        lambda w: known.log_loss(BITS, SCORES.astype("float64"), sample_weight=w),
    ),
    "CategoricalCrossentropy": (
        metrics.CategoricalCrossentropy,
        ONE_HOT,
        PROBS,
        lambda w: known.log_loss(CLASSES, WIDE, sample_weight=w),
    ),
    "MeanSquaredError": (
        metrics.MeanSquaredError,
        REAL,
        NEAR,
        lambda w: known.mean_squared_error(REAL, NEAR, sample_weight=w),
    ),
    "RootMeanSquaredError": (
        metrics.RootMeanSquaredError,
        REAL[:, 0],
        NEAR[:, 0],
        lambda w: known.root_mean_squared_error(REAL[:, 0], NEAR[:, 0], sample_weight=w),
    ),
    "MeanAbsoluteError": (
        metrics.MeanAbsoluteError,
        REAL,
        NEAR,
        lambda w: known.mean_absolute_error(REAL, NEAR, sample_weight=w),
    ),
    "MeanAbsolutePercentageError": (
        metrics.MeanAbsolutePercentageError,
        REAL,
        NEAR,
        lambda w: 100 * known.mean_absolute_percentage_error(REAL, NEAR, sample_weight=w),
    ),
    "MeanSquaredLogarithmicError": (
        metrics.MeanSquaredLogarithmicError,
        SCORES,
        PROBS[:, 0],
        lambda w: known.mean_squared_log_error(SCORES, PROBS[:, 0], sample_weight=w),
    ),
    "R2Score": (
        metrics.R2Score,
        REAL,
        NEAR,
        lambda w: known.r2_score(REAL.astype("float64"), NEAR.astype("float64"), sample_weight=w),
    ),
    "R2Score by variance": (
        lambda: metrics.R2Score("variance_weighted_average"),
        REAL,
        NEAR,
        lambda w: known.r2_score(
            REAL.astype("float64"), NEAR.astype("float64"), sample_weight=w, multioutput="variance_weighted"
        ),
    ),
}


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("name", CASES)
def test_metric_over_uneven_batches(name, weights):
    make, y_true, y_pred, expected = CASES[name]
    metric = make()
    for rows in BATCHES:
        metric.update_state(y_true[rows], y_pred[rows], None if weights is None else weights[rows])
    got = float(ops.convert_to_numpy(metric.result()))
    assert got == pytest.approx(expected(weights), rel=2e-5)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("curve", ["ROC", "PR"])
def test_area_at_every_threshold(curve, weights):
    """With a threshold between any two scores the area is exact; that of precision is a sum of steps there."""
    ordered = np.unique(SCORES.astype("float64"))
    between = ((ordered[1:] + ordered[:-1]) / 2).tolist()
    method = "interpolation" if curve == "ROC" else "minoring"
    metric = metrics.AUC(curve=curve, summation_method=method, thresholds=between)
    for rows in BATCHES:
        metric.update_state(BITS[rows], SCORES[rows], None if weights is None else weights[rows])
    exact = known.roc_auc_score if curve == "ROC" else known.average_precision_score
    tolerance = (
        1e-4 if curve == "ROC" else 2e-2
    )  # steps to the lower precision are a little below those to the right one
    assert float(metric.result()) == pytest.approx(exact(BITS, SCORES, sample_weight=weights), abs=tolerance)


def test_losses():
    for name, y_true, y_pred, expected in (
        ("hinge", BITS * 2 - 1, SCORES, known.hinge_loss(BITS * 2 - 1, SCORES)),
        ("binary_crossentropy", BITS, SCORES, known.log_loss(BITS, SCORES.astype("float64"))),
        ("mean_squared_error", REAL, NEAR, known.mean_squared_error(REAL, NEAR)),
    ):
        value = losses.LossFunctionWrapper(losses.get(name))(y_true.astype("float32"), y_pred)
        assert float(value) == pytest.approx(expected, rel=2e-5), name
