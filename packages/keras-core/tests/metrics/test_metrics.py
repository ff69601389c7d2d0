"""Metrics over several batches against NumPy over all samples at once."""

import numpy as np
import pytest
from keras_core import metrics, ops
from keras_core.metrics.choice import accuracy_for, as_metric

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


def test_mean_and_sum():
    mean, total = metrics.Mean(), metrics.Sum()
    for metric in (mean, total):
        metric.update_state([1.0, 3.0, 5.0])
        metric.update_state(7.0)
    assert (float(mean.result()), float(total.result())) == (4.0, 16.0)
    assert float(metrics.Mean()([1.0, 3.0], [0.0, 2.0])) == 3.0
    assert float(metrics.Sum()([1.0, 3.0], [2.0, 3.0])) == 11.0
    assert float(metrics.Mean().result()) == 0.0


def test_mask_and_weights():
    values = np.array([[1.0, 2.0, 9.0], [4.0, 9.0, 9.0]], "float32")
    mask = np.array([[1, 1, 0], [1, 0, 0]], bool)
    metric = metrics.Mean()
    metric.update_state(values, np.array([1.0, 2.0]), mask=mask)
    assert float(metric.result()) == pytest.approx((1 + 2 + 4 * 2) / 4)


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


@pytest.mark.parametrize("reset", ["reset_state", "reset_states"])
def test_reset(reset):
    metric = metrics.Mean()
    metric.update_state([4.0])
    getattr(metric, reset)()
    assert float(metric.result()) == 0.0
    assert float(metric([2.0])) == 2.0


@pytest.mark.parametrize("defined", ["reset_state", "reset_states"])
def test_a_subclass_defines_either_name_of_reset(defined):
    def reset(self):
        self.resets = getattr(self, "resets", 0) + 1

    metric = type("Mine", (metrics.Metric,), {defined: reset})()
    metric.reset_state()
    metric.reset_states()
    assert metric.resets == 2


def test_own_metric_in_the_style_of_keras_2_and_3():
    class Old(metrics.Metric):
        def __init__(self, name="old", **kwargs):
            super().__init__(name=name, **kwargs)
            self.count = self.add_weight("count", (), initializer="zeros")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.count.assign_add(ops.sum(ops.cast(y_true, "float32")))

        def result(self):
            return self.count.value

    class New(Old):
        def __init__(self, **kwargs):
            metrics.Metric.__init__(self, **kwargs)
            self.count = self.add_variable(shape=(), initializer="zeros", name="count")
            self.inner = metrics.Mean()

    for metric in (Old(), New(name="new", dtype="float32")):
        assert float(metric(np.array([1, 2]), np.array([0, 0]))) == 3.0
        assert metric.variables[0].name == "count"
        metric.reset_state()
        assert float(metric.result()) == 0.0
    assert len(New().variables) == 3


def test_dtype_and_names():
    assert metrics.Mean(dtype="float64").total.dtype == "float64"
    assert metrics.Mean("mine").name == "mine"
    assert metrics.Metric("float64", "mine").dtype == "float64"
    assert metrics.Metric("mine", "float64").name == "mine"
    first, second = (type("Odd", (metrics.Metric,), {})() for _ in range(2))
    assert second.name != first.name
    with pytest.raises(TypeError, match="color"):
        metrics.Metric(color="red")


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


def test_aligned_and_refused_shapes():
    metric = metrics.BinaryAccuracy()
    metric.update_state(np.array([1, 0, 1]), np.array([[0.9], [0.2], [0.3]], "float32"))
    assert float(metric.result()) == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match=r"binary_accuracy.*\(3,\).*\(3, 2\)"):
        metric.update_state(np.array([1, 0, 1]), np.ones((3, 2)))


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


def test_the_metric_of_cosine_has_the_opposite_sign_of_the_loss():
    from keras_core import losses

    np.testing.assert_allclose(
        metrics.cosine_similarity(ONE_HOT, PROBS), -np.asarray(losses.cosine_similarity(ONE_HOT, PROBS))
    )


@pytest.mark.needs_train
def test_update_result_and_reset_inside_a_staged_function():
    from keras_core import stage

    metric = metrics.SparseCategoricalAccuracy()

    def step(t, p):
        metric.update_state(t, p)
        return metric.result()

    staged = stage(step, metric.variables)
    first = staged(NUMBERS[:5], SOFTMAX[:5])
    second = staged(NUMBERS[5:], SOFTMAX[5:])
    hits = SOFTMAX.argmax(-1) == NUMBERS
    assert float(np.asarray(first)) == pytest.approx(hits[:5].mean(), rel=1e-6)
    assert float(np.asarray(second)) == pytest.approx(hits.mean(), rel=1e-6)
