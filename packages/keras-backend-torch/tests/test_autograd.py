"""Training loops written as in PyTorch, with models of Keras."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_backend_torch.framework import torch
from keras_conformance import Affine, Descent, RunningMean, problem
from keras_core import Input, Model, Sequential, Variable, ops, stage


def _model() -> Any:
    return Sequential([Input((5,)), RunningMean(), Affine(1)])


@pytest.mark.parametrize("calls", [1, 3])
def test_backward_leaves_gradients_on_the_values_of_variables(calls: int) -> None:
    x, y = problem(16)
    model = _model()
    mean = np.zeros(5)
    for _ in range(calls):  # the first call runs op by op, the others as a program
        error = None
        mean = 0.5 * mean + 0.5 * x.mean(0)
        loss = ((model(x, training=True) - torch.tensor(y)) ** 2).mean()
    w, b = model.get_weights()[1:]
    loss.backward()
    error = (x - mean) @ w + b - y
    kernel, bias = model.trainable_variables
    np.testing.assert_allclose(model.layers[0].mean.numpy(), mean, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(kernel.value.grad, 2 * (x - mean).T @ error / 16, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(bias.value.grad, 2 * error.mean(0), rtol=1e-3, atol=1e-5)
    assert kernel.grad is kernel.value.grad


def test_an_assignment_discards_the_gradient() -> None:
    v = Variable(2.0)
    (v.value * 3).backward()
    assert float(v.value.grad) == 3
    v.assign(5.0)
    assert v.value.grad is None


def test_gradients_of_inputs_and_of_gradients() -> None:
    model = _model()
    w = model.get_weights()[1]
    for _ in range(3):
        x = torch.ones((2, 5), requires_grad=True)
        (by_x,) = torch.autograd.grad(model(x).sum(), x, create_graph=True)
        np.testing.assert_allclose(np.asarray(by_x), np.broadcast_to(w[:, 0], (2, 5)), rtol=1e-5)
        by_x.square().sum().backward()
        kernel = model.trainable_variables[0].value
        np.testing.assert_allclose(kernel.grad, 4 * w, rtol=1e-5)
        kernel.grad = None


def test_results_without_a_gradient_are_not_tracked() -> None:
    v = Variable(2.0)
    plain, cut = stage(lambda x: x * v, []), stage(lambda x: ops.stop_gradient(x * v), [])
    assert plain(np.float32(3)).requires_grad
    assert not cut(np.float32(3)).requires_grad and float(cut(np.float32(3))) == 6
    assert not cut(torch.tensor(3.0, requires_grad=True)).requires_grad


def test_nothing_is_tracked_under_no_grad_or_in_predict() -> None:
    model = _model()
    x = np.ones((2, 5), "float32")
    with torch.no_grad():
        assert not any(model(x).requires_grad for _ in range(3))
    assert model(x).requires_grad
    assert isinstance(model.predict(x, verbose=0), np.ndarray)


class ByHand(Model):
    """Its train_step calls backward()."""

    def __init__(self) -> None:
        super().__init__()
        self.affine = Affine(1)
        self.steps = 0

    def call(self, x: Any) -> Any:
        return self.affine(x)

    def train_step(self, data: Any) -> Any:
        self.__dict__["steps"] += 1
        x, y = data
        loss = self.compute_loss(x=x, y=y, y_pred=self(x, training=True))
        loss.backward()
        variables = self.trainable_variables
        gradients = [variable.value.grad for variable in variables]
        with torch.no_grad():
            self.optimizer.apply(gradients, variables)
        return {"loss": loss}


def test_a_train_step_that_calls_backward_is_recorded() -> None:
    x, y = problem(16)
    model = ByHand()
    model.compile(Descent(0.1), "mse")
    model.build((None, 5))
    w, b = model.get_weights()
    model.fit(x, y, batch_size=16, epochs=1, verbose=0, shuffle=False)
    error = x @ w + b - y
    np.testing.assert_allclose(model.get_weights()[0], w - 0.1 * 2 * x.T @ error / 16, rtol=1e-4, atol=1e-5)
    traced = model.steps
    model.fit(x, y, batch_size=16, epochs=5, verbose=0)
    assert model.steps == traced  # Python ran while it was recorded, and not since
