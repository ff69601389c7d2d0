"""The arguments of compile, and what is made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from keras_conformance import Affine, Descent
from keras_core import Input, Sequential, Variable
from keras_core.optimizers import LossScaleOptimizer
from keras_core.training.compile import CompileArguments

if TYPE_CHECKING:
    from collections.abc import Callable


def test_defaults_by_name() -> None:
    assert CompileArguments().by_name() == {
        "optimizer": "rmsprop",
        "loss": None,
        "metrics": None,
        "loss_weights": None,
        "weighted_metrics": None,
        "run_eagerly": False,
        "steps_per_execution": 1,
        "jit_compile": "auto",
        "auto_scale_loss": True,
    }


@pytest.mark.parametrize(
    ("metrics", "weights"),
    [(["mae"], [0.5, 2.0]), (["mae"], None), (None, 0.5), ({"a": "mae"}, {"a": 1.0}), ([["mae"], []], [1, 2])],
)
def test_metrics_and_loss_weights_in_either_order(metrics: Any, weights: Any) -> None:
    for first, second in ((metrics, weights), (weights, metrics)):
        if isinstance(metrics, dict) and first is not metrics:
            continue  # dicts do not tell which they are
        found = CompileArguments.of(metrics=first, loss_weights=second)
        assert (found.metrics, found.loss_weights) == (metrics, weights)


def test_weights_that_are_variables_stay_weights() -> None:
    weights = [Variable(1.0), Variable(2.0)]
    assert CompileArguments.of(metrics=None, loss_weights=weights).loss_weights is weights


@pytest.mark.parametrize(("given", "jit"), [("auto", None), (None, None), (True, True), (False, False)])
def test_the_optimizing_compiler(given: Any, jit: bool | None) -> None:
    assert CompileArguments(jit_compile=given).jit is jit


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"loss": "mean_square_error"}, "mean_squared_error"),
        ({"loss": {"a": ["hing"]}}, "hinge"),
        ({"metrics": ["accuracy", "auk"]}, "auk"),
        ({"weighted_metrics": [["maee"]]}, "maee"),
    ],
)
def test_unknown_losses_and_metrics(arguments: dict[str, Any], message: str) -> None:
    CompileArguments(loss=["mse", None], metrics=["accuracy", None, ["mae"]]).check()
    with pytest.raises(ValueError, match=message):
        CompileArguments(**arguments).check()


def test_the_optimizer(compiled: Callable[..., Sequential]) -> None:
    model, optimizer = compiled(), Descent(0.1)
    assert CompileArguments(optimizer=None).make_optimizer(model) is None
    assert CompileArguments(optimizer=optimizer).make_optimizer(model) is optimizer
    with pytest.raises(ValueError, match="optimizer"):
        CompileArguments(optimizer=3).make_optimizer(model)


def test_the_loss_is_scaled_in_mixed_float16() -> None:
    model = Sequential([Input((3,)), Affine(1)])
    model.dtype_policy = "mixed_float16"
    optimizer = Descent(0.1)
    found = CompileArguments(optimizer=optimizer).make_optimizer(model)
    assert isinstance(found, LossScaleOptimizer) and found.inner_optimizer is optimizer
    assert CompileArguments(optimizer=found).make_optimizer(model) is found
    assert CompileArguments(optimizer=optimizer, auto_scale_loss=False).make_optimizer(model) is optimizer


def test_an_optimizer_of_another_backend_is_refused(compiled: Callable[..., Sequential]) -> None:
    model, optimizer = compiled(), Descent(0.1)
    variable = Variable(1.0)
    optimizer.build([variable])
    variable.backend_name = "another"
    with pytest.raises(ValueError, match=r"'net' is placed on the backend .*on 'another'.*or copy"):
        CompileArguments(optimizer=optimizer).make_optimizer(model)
