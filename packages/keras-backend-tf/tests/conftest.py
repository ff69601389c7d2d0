"""These tests run on TensorFlow, whatever backend is active."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from keras_core import Variable, backend, gradients, ops


@pytest.fixture(autouse=True)
def _on_tensorflow() -> Iterator[None]:
    with backend.use_backend("tensorflow"):
        yield


class StepModel:
    """A dense layer with momentum, and how often it was traced and stepped."""

    def __init__(self) -> None:
        self.w = Variable(np.array([[1.0], [-1.0]], "float32"))
        self.speed = Variable(np.zeros((2, 1), "float32"))
        self.rate = Variable(0.1)
        self.steps = Variable(0)
        self.traced = 0
        self.variables = [self.w, self.speed, self.rate, self.steps]

    def step(self, x: Any, y: Any) -> list[Any]:
        self.traced += 1
        loss, (grad,) = gradients(lambda: ops.mean(ops.square(ops.subtract(ops.matmul(x, self.w), y))), [self.w])
        self.speed.assign(self.speed * 0.9 + grad)
        self.w.assign(self.w - self.rate * self.speed)
        self.steps.assign_add(1)
        return [loss, self.steps.value]


def numpy_steps_of(x: np.ndarray, y: np.ndarray, order: np.ndarray) -> tuple[np.ndarray, float]:
    """The weights and the last loss after the same steps in NumPy."""
    w, speed, loss = np.array([[1.0], [-1.0]]), np.zeros((2, 1)), 0.0
    for rows in order:
        error = x[rows] @ w - y[rows]
        loss = float(np.mean(error**2))
        speed = speed * 0.9 + 2 * x[rows].T @ error / len(rows)
        w = w - 0.1 * speed
    return w, loss


@pytest.fixture
def data() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(12, 2)).astype("float32")
    return x, x @ np.array([[2.0], [3.0]], "float32"), rng.permutation(12).astype("int32").reshape(4, 3)


@pytest.fixture
def step_model() -> type[StepModel]:
    return StepModel


@pytest.fixture
def numpy_steps() -> Callable[..., tuple[np.ndarray, float]]:
    return numpy_steps_of
