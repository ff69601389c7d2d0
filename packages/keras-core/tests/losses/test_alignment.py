"""Targets and predictions: the shapes and dtypes that fit."""

import numpy as np
import pytest
from keras_core import losses, metrics, ops


def test_a_missing_last_axis_of_one_is_aligned():
    p = np.array([[1.0], [2.0], [4.0]], "float32")
    t = np.array([1.0, 1.0, 1.0], "float32")
    for loss in (losses.MeanSquaredError(), losses.LossFunctionWrapper(lambda a, b: ops.square(a - b))):
        assert float(loss(t, p)) == pytest.approx(10 / 3)
        assert float(loss(t[:, None], p[:, 0])) == pytest.approx(10 / 3)


@pytest.mark.parametrize(
    ("loss", "t", "p", "message"),
    [
        (losses.MeanSquaredError(), (8,), (8, 3), r"\(8,\).*\(8, 3\)"),
        (losses.MeanSquaredError(), (8, 3), (8, 1), "last layer 3 units"),
        (losses.MeanSquaredError(), (8, 1), (8, 3), "sparse_categorical_crossentropy"),
        (losses.CategoricalCrossentropy(), (8,), (8, 10), "sparse_categorical_crossentropy"),
        (losses.CategoricalCrossentropy(), (8, 1), (8, 10), "to_categorical"),
        (losses.SparseCategoricalCrossentropy(), (8, 10), (8, 10), "one-hot"),
        (losses.SparseCategoricalCrossentropy(), (8, 2), (8, 10), "class indices of shape"),
        (losses.Hinge(), (8, 2, 3), (8, 3), r"\(8, 2, 3\)"),
        (losses.LossFunctionWrapper(losses.mean_squared_error), (8, 3), (8, 1), "mean_squared_error"),
    ],
)
def test_shapes_that_would_only_broadcast_are_refused(loss, t, p, message):
    with pytest.raises(ValueError, match=message):
        loss(np.zeros(t, "int32"), np.full(p, 0.5, "float32"))


def test_class_numbers_keep_their_precision_in_a_narrow_dtype():
    p = np.full((1, 3000), 1e-4, "float32")
    p[0, 2999] = 0.7001
    loss = losses.SparseCategoricalCrossentropy(dtype="float16")
    assert float(loss(np.array([2999]), p)) == pytest.approx(-np.log(0.7), abs=0.01)


def test_one_number_a_sample_is_weighted_by_itself():
    t, p, w = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 5.0]), np.array([1.0, 1.0, 0.5])
    assert float(losses.MeanSquaredError()(t, p, w)) == pytest.approx(4 * 0.5 / 3)
    assert float(losses.MeanSquaredError()(t, p)) == pytest.approx(4 / 3)
    metric = metrics.MeanSquaredError()
    metric.update_state(t[:1], p[:1])
    metric.update_state(t[1:], p[1:])
    assert float(metric.result()) == pytest.approx(4 / 3)
