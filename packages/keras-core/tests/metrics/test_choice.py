"""Metrics by name, function and loss."""

import numpy as np
import pytest
from keras_core import metrics, ops
from keras_core.metrics.choice import accuracy_for, as_metric

RNG = np.random.default_rng(0)
BITS = RNG.integers(0, 2, (8, 3)).astype("float32")
PROBS = RNG.uniform(0.05, 0.95, (8, 3)).astype("float32")
W = RNG.uniform(0.5, 2.0, 8).astype("float32")


def test_function_metric():
    def largest(y_true, y_pred):
        return ops.max(y_pred, axis=-1)

    metric = as_metric(largest)
    assert metric.name == "largest"
    metric.update_state(BITS, PROBS)
    assert float(metric.result()) == pytest.approx(PROBS.max(-1).mean(), rel=1e-5)
    product = as_metric(lambda t, p: t * p)  # a framework's own operator: no mixing of dtypes
    assert float(product(BITS.astype("int64"), PROBS)) == pytest.approx((BITS * PROBS).mean(), rel=1e-5)
    whole = as_metric(lambda t, p: ops.max(p))
    whole.update_state(BITS[:4], PROBS[:4], W[:4])
    whole.update_state(BITS[4:], PROBS[4:], W[4:])
    maxima, weights = [PROBS[:4].max(), PROBS[4:].max()], [W[:4].sum(), W[4:].sum()]
    assert float(whole.result()) == pytest.approx(np.average(maxima, weights=weights), rel=1e-5)
    mse = as_metric("mse")
    assert mse.name == "mse"
    assert float(mse(BITS, PROBS)) == pytest.approx(((BITS - PROBS) ** 2).mean(), rel=1e-5)
    assert [as_metric("AUC").name for _ in range(2)] == ["auc", "auc"]
    assert as_metric("LogCoshError").name == "logcosh"


@pytest.mark.parametrize(
    ("loss", "y", "out", "expected"),
    [
        ("mse", (None, 1), (None, 1), "BinaryAccuracy"),
        ("mse", (None,), (None, 1), "BinaryAccuracy"),
        ("categorical_crossentropy", (None, 10), (None, 10), "CategoricalAccuracy"),
        ("mse", (None, 10), (None, 10), "CategoricalAccuracy"),
        ("sparse_categorical_crossentropy", (None,), (None, 10), "SparseCategoricalAccuracy"),
        ("sparse_categorical_crossentropy", (None, 1), (None, 10), "SparseCategoricalAccuracy"),
        ("sparse_categorical_crossentropy", (None, 7), (None, 7, 10), "SparseCategoricalAccuracy"),
        (None, (None, 1), (None, 10), "SparseCategoricalAccuracy"),
        ("binary_crossentropy", (None, 5), (None, 5), "BinaryAccuracy"),
        (lambda t, p: t, (None, 5), (None, 5), "CategoricalAccuracy"),
    ],
)
def test_choice_of_accuracy(loss, y, out, expected):
    assert type(accuracy_for(loss, y, out)).__name__ == expected


def test_choice_by_a_loss_object_and_names():
    from keras_core import losses

    metric = as_metric("acc", losses.SparseCategoricalCrossentropy(), (None,), (None, 3))
    assert (type(metric).__name__, metric.name) == ("SparseCategoricalAccuracy", "acc")
    metric = as_metric("crossentropy", losses.BinaryCrossentropy(), (None, 1), (None, 1))
    assert type(metric).__name__ == "BinaryCrossentropy"
    with pytest.raises(ValueError, match="accuracy"):
        as_metric("accuracy")
    with pytest.raises(ValueError, match="categorical_accuracy"):
        metrics.get("categorical_acuracy")
