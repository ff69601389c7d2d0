"""Means, sums and means of functions."""

import numpy as np
import pytest
from keras_core import metrics


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


def test_aligned_and_refused_shapes():
    metric = metrics.BinaryAccuracy()
    metric.update_state(np.array([1, 0, 1]), np.array([[0.9], [0.2], [0.3]], "float32"))
    assert float(metric.result()) == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match=r"binary_accuracy.*\(3,\).*\(3, 2\)"):
        metric.update_state(np.array([1, 0, 1]), np.ones((3, 2)))


@pytest.mark.parametrize(
    "reduction, expected", [("sum", 10.0), ("sum_over_batch_size", 10 / 4), ("weighted_mean", 10 / 3)]
)
def test_reduce(reduction, expected):
    metric = metrics.Reduce(reduction, name="reduced")
    metric.update_state(np.array([1.0, 4.0, 5.0]), np.array([1.0, 1.0, 0.0]))
    metric.update_state(np.array([5.0]))
    assert float(metric.result()) == pytest.approx(expected)
    again = metrics.deserialize(metrics.serialize(metric))
    assert (again.name, again.reduction) == ("reduced", reduction)
    assert isinstance(metrics.Mean(), metrics.Reduce)


def test_reduce_refuses_other_reductions():
    with pytest.raises(ValueError, match=r"'reduced': reduction must be one of 'sum', .*, got 'none'"):
        metrics.Reduce("none", "reduced")
