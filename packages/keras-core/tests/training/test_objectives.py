"""Losses and metrics by output, against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import Variable, losses, ops
from keras_core.metrics import Mean, MeanAbsoluteError
from keras_core.training.objectives import CompileLoss, CompileMetrics

A, B = np.array([[1.0], [3.0]], "float32"), np.array([[2.0], [-2.0]], "float32")
ZEROS = np.zeros((2, 1), "float32")
NAMES = ["a", "b"]


def values(found: Any) -> list[float]:
    return [float(ops.convert_to_numpy(one)) for one in found]


def test_the_loss_of_each_output_times_its_weight() -> None:
    loss = CompileLoss({"a": "mse", "b": "mae"}, {"a": 0.5}, NAMES)
    found = loss([ZEROS, ZEROS], [A, B], None, [None, None])
    assert values(found) == [0.5 * 5, 2.0]
    assert {t.name: float(ops.convert_to_numpy(t.result())) for t in loss.metrics} == {"a_loss": 5.0, "b_loss": 2.0}
    assert [v.name for v in loss.variables if v.name.endswith("weight")] == ["a_loss_weight"]


def test_one_output_has_no_metric_of_its_own() -> None:
    loss = CompileLoss("mse", None, ["a"])
    assert loss.metrics == [] and loss.variables == []
    assert values(loss(ZEROS, A, None, [None])) == [5.0]


def test_sample_weights_and_masks() -> None:
    loss = CompileLoss("mse", None, ["a"])
    assert values(loss(ZEROS, A, np.array([1.0, 0.0], "float32"), [None])) == [0.5]
    assert values(loss(ZEROS, A, None, [np.array([False, True])])) == [9.0]


def test_a_weight_may_be_a_variable() -> None:
    weight = Variable(2.0)
    loss = CompileLoss("mse", [weight], ["a"])
    assert values(loss(ZEROS, A, None, [None])) == [10.0] and loss.variables == [weight]
    weight.assign(0.0)
    assert values(loss(ZEROS, A, None, [None])) == [0.0]


def test_an_output_without_loss_needs_no_targets() -> None:
    loss = CompileLoss({"b": "mae"}, None, NAMES)
    assert values(loss({"a": None, "b": ZEROS}, [A, B], None, [])) == [2.0]
    with pytest.raises(ValueError, match="Output 'b' has the loss 'mean_absolute_error' and no targets: y is missing"):
        loss({"a": ZEROS, "b": None}, [A, B], None, [])


def test_a_loss_of_ones_own_need_not_take_a_mask() -> None:
    class Own(losses.Loss):
        def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
            return ops.sum(y_pred)

    assert values(CompileLoss(Own(), None, ["a"])(ZEROS, A, None, [None])) == [4.0]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, []),
        (["mae"], ["a_mae", "b_mae"]),
        ("mae", ["a_mae", "b_mae"]),
        ({"b": ["mae", "mse"]}, ["b_mae", "b_mse"]),
        ([["mae"], ["mse"]], ["a_mae", "b_mse"]),
        ([None, "mse"], ["b_mse"]),
        (["mae", "mse"], ["a_mae", "a_mse", "b_mae", "b_mse"]),
    ],
)
def test_names_of_metrics_by_output(given: Any, expected: list[str]) -> None:
    metrics = CompileMetrics(given, None, NAMES, [None, None])
    assert not metrics.built and metrics.named == []
    metrics.build([(None, 1)] * 2, [(None, 1)] * 2)
    assert metrics.built and [name for name, _ in metrics.named] == expected


def test_accuracy_is_chosen_by_loss_and_shapes() -> None:
    metrics = CompileMetrics(["accuracy"], None, ["a"], [losses.SparseCategoricalCrossentropy()])
    metrics.build([(None,)], [(None, 3)])
    assert type(metrics.metrics[0]).__name__ == "SparseCategoricalAccuracy"
    before = metrics.metrics
    metrics.build([(None, 1)], [(None, 1)])
    assert metrics.metrics == before


def test_one_name_twice_is_made_unique() -> None:
    metrics = CompileMetrics(["mae", MeanAbsoluteError(name="mae")], ["mae"], ["a"], [None])
    metrics.build([(None, 1)], [(None, 1)])
    names = [name for name, _ in metrics.named]
    assert names[0] == "mae" and "weighted_mae" in names and len(set(names)) == 3


def test_only_weighted_metrics_take_sample_weights() -> None:
    metrics = CompileMetrics(["mae"], ["mae"], ["a"], [None])
    metrics.build([(None, 1)], [(None, 1)])
    metrics.update(ZEROS, A, np.array([3.0, 1.0], "float32"), [None])
    found = {name: float(ops.convert_to_numpy(m.result())) for name, m in metrics.named}
    assert found == {"mae": 2.0, "weighted_mae": 1.5}


def test_a_mask_reaches_metrics_that_take_one_and_weighs_in_others() -> None:
    class Plain(Mean):
        def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
            super().update_state(y_pred, sample_weight)

    metrics = CompileMetrics(["mae", Plain(name="plain")], None, ["a"], [None])
    metrics.build([(None, 1)], [(None, 1)])
    metrics.update(ZEROS, A, None, [np.array([False, True])])
    assert values(m.result() for m in metrics.metrics) == [3.0, 3.0]


def test_an_unknown_name_is_said_at_once() -> None:
    with pytest.raises(ValueError, match="mean_absolute_error"):
        CompileMetrics(["mean_absolute_eror"], None, ["a"], [None])
