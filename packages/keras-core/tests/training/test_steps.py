"""The steps of training, evaluation and prediction, against NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from keras_conformance import Descent
from keras_core import Input, Layer, Sequential, backend, ops
from keras_core.training import steps
from keras_core.training.preparation import prepare

Make = Callable[..., Sequential]
Data = tuple[np.ndarray, np.ndarray]


def number(tensor: Any) -> float:
    return float(backend.to_numpy(tensor))


def test_a_prediction(compiled: Make, data: Data) -> None:
    found = steps.predict_step(compiled()._trainer, data)
    np.testing.assert_allclose(backend.to_numpy(found), data[0].sum(-1, keepdims=True), rtol=1e-5)


def test_an_evaluation_updates_the_metrics(compiled: Make, data: Data) -> None:
    model = compiled(metrics=["mae"])
    prepare(model._trainer, (*data, None), "evaluate")
    error = data[0].sum(-1, keepdims=True) - data[1]
    logs = steps.test_step(model._trainer, data)
    assert number(logs["loss"]) == pytest.approx((error**2).mean(), rel=1e-5)
    assert number(logs["mae"]) == pytest.approx(np.abs(error).mean(), rel=1e-5)
    steps.test_step(model._trainer, (data[0][:2], data[1][:2]))
    both = np.concatenate([error, error[:2]])
    assert number(model._trainer.loss_tracker.result()) == pytest.approx((both**2).mean(), rel=1e-5)


@pytest.mark.needs_train
def test_a_step_descends_the_gradient(compiled: Make, data: Data) -> None:
    model = compiled(rate=0.1)
    x, y = data
    if "eager" not in backend.active().capabilities:
        model.train_on_batch(x, y)
    else:
        prepare(model._trainer, (x, y, None), "fit")
        logs = steps.train_step(model._trainer, data)
        assert number(logs["loss"]) == pytest.approx(((x.sum(-1, keepdims=True) - y) ** 2).mean(), rel=1e-5)
    error = x.sum(-1, keepdims=True) - y
    kernel, bias = model.get_weights()
    np.testing.assert_allclose(kernel, 1 - 0.1 * 2 * x.T @ error / len(x), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(bias, -0.1 * 2 * error.mean(0), rtol=1e-4, atol=1e-6)


def test_losses_of_layers_are_added(compiled: Make) -> None:
    class Costly(Layer):
        def call(self, inputs: Any) -> Any:
            self.add_loss(ops.sum(inputs))
            return inputs

    x = np.ones((2, 3), "float32")
    model = Sequential([Input((3,)), Costly()])
    model.compile(Descent(0.1), "mse")
    found = model.evaluate(x, np.zeros((2, 3)), verbose=0)
    assert found == pytest.approx(1.0 + 6.0)


def test_without_a_loss_an_evaluation_has_none_and_a_training_fails(compiled: Make) -> None:
    state = compiled(None)._trainer
    assert number(steps.compute_loss(state, None, np.ones(2, "float32"), None, training=False)) == 0
    with pytest.raises(ValueError, match=r"Model 'net' has no loss to train with\. Give compile\(loss=...\)"):
        steps.compute_loss(state, None, np.ones(2, "float32"), None, training=True)


def test_what_cannot_be_trained_is_said(compiled: Make, data: Data) -> None:
    model = compiled()
    model.compile(None, "mse")
    with pytest.raises(ValueError, match="'net' was compiled without an optimizer"):
        steps.train_step(model._trainer, data)


def test_what_has_nothing_to_train_is_evaluated(compiled: Make, data: Data) -> None:
    model = compiled()
    model.layers[0].trainable = False
    model.compile(None, "mse")
    before = model.get_weights()
    found = steps.train_step(model._trainer, data)
    assert number(found["loss"]) == pytest.approx(float(((model.predict(data[0], verbose=0) - data[1]) ** 2).mean()))
    assert all(np.array_equal(one, now) for one, now in zip(before, model.get_weights(), strict=True))


@pytest.mark.parametrize(
    ("given", "expected"),
    [(1, (1, None, None)), ((1,), (1, None, None)), ((1, 2), (1, 2, None)), ((1, 2, 3), (1, 2, 3))],
)
def test_parts_of_a_batch(given: Any, expected: tuple[Any, ...]) -> None:
    assert steps.unpack(given) == expected


def test_metrics_need_targets(compiled: Make, data: Data) -> None:
    model = compiled(metrics=["mae"])
    prepare(model._trainer, (*data, None), "evaluate")
    before = steps.compute_metrics(model._trainer, None, data[1], None)
    assert number(before["mae"]) == 0
    after = steps.compute_metrics(model._trainer, data[1] + 2, data[1], None)
    assert number(after["mae"]) == pytest.approx(2.0, rel=1e-5)
