"""Jacobians times vectors, against derivatives by hand."""

import numpy as np
import pytest
from keras_core import backend, ops

X, T = np.array([2.0, 3.0], "float32"), np.array([1.0, 2.0], "float32")


@pytest.fixture
def trains(backend_name):
    if "second-order" not in backend.load(backend_name).capabilities:
        pytest.skip("no second derivatives")


def numbers(tensor):
    return ops.convert_to_numpy(tensor)


@pytest.mark.usefixtures("trains")
def test_values_and_derivatives():
    value, derivative = ops.jvp(lambda x: ops.power(x, 3), (X,), (T,))
    np.testing.assert_allclose(numbers(value), X**3)
    np.testing.assert_allclose(numbers(derivative), 3 * X**2 * T)


@pytest.mark.usefixtures("trains")
def test_structures_and_aux():
    def fun(x, both):
        return {"product": ops.multiply(x, both["y"]), "free": ops.ones((2,))}, ops.sum(x)

    y, u = X + 1, T - 5
    value, derivative, aux = ops.jvp(fun, (X, {"y": y}), (T, {"y": u}), has_aux=True)
    np.testing.assert_allclose(numbers(value["product"]), X * y)
    np.testing.assert_allclose(numbers(derivative["product"]), T * y + X * u)
    assert numbers(derivative["free"]).tolist() == [0, 0] and numbers(aux) == 5


def test_errors(backend_name):
    with pytest.raises(TypeError, match="expected a tuple with one value an argument"):
        ops.jvp(ops.square, X, T)
    with pytest.raises(ValueError, match="structures differ"):
        ops.jvp(ops.square, (X,), (T, T))
    if "train" not in backend.load(backend_name).capabilities:
        with pytest.raises(NotImplementedError, match="no gradients"):
            ops.jvp(ops.square, (X,), (T,))
