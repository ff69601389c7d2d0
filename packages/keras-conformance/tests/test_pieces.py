"""The small layers, the optimizer and the data of the kit, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from keras_conformance import Affine, Descent, Drop, RunningMean, problem
from keras_core import Variable, backend

X = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")


@pytest.mark.parametrize("tanh", [False, True])
def test_affine(tanh: bool) -> None:
    layer = Affine(3, tanh)
    layer.build((None, 2))
    kernel, bias = np.arange(6.0).reshape(2, 3) / 10, np.array([0.1, 0.2, 0.3])
    layer.set_weights([kernel, bias])
    expected = X @ kernel + bias
    np.testing.assert_allclose(backend.to_numpy(layer(X)), np.tanh(expected) if tanh else expected, rtol=1e-5)


def test_drop_is_of_training_alone_and_follows_its_seed() -> None:
    x = np.ones((4, 50), "float32")
    np.testing.assert_array_equal(backend.to_numpy(Drop(0.5, seed=1)(x)), x)
    first, second = (backend.to_numpy(Drop(0.5, seed=1)(x, training=True)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert set(np.unique(first)) == {0.0, 2.0}


def test_running_mean_moves_in_training_alone() -> None:
    layer = RunningMean()
    layer(X)
    assert layer.mean.numpy().tolist() == [0.0, 0.0]
    np.testing.assert_allclose(backend.to_numpy(layer(X, training=True)), X - [1.0, 1.5], rtol=1e-6)
    assert layer.mean.numpy().tolist() == [1.0, 1.5]


def test_descent_has_momentum() -> None:
    variable, optimizer = Variable(0.0), Descent(0.1)
    places = []
    for _ in range(3):
        optimizer.apply([np.float32(1)], [variable])
        places.append(float(variable.numpy()))
    np.testing.assert_allclose(places, [-0.1, -0.29, -0.561], rtol=1e-5)


def test_the_problem_is_linear_and_repeats() -> None:
    x, y = problem(40, 3)
    assert (x.shape, y.shape, x.dtype, y.dtype) == ((40, 3), (40, 1), np.float32, np.float32)
    _, (residual,), *_ = np.linalg.lstsq(x, y, rcond=None)
    assert residual / 40 < 1e-3 < y.var()
    np.testing.assert_array_equal(problem(40, 3)[1], y)
    assert (problem(40, 3, seed=1)[1] != y).all()
