"""Functions with a gradient of their own, run as they are, differentiated, staged and in models."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import Function, KerasTensor, Variable, backend, gradients, ops, stage

X = np.array([0.5, -2.0, 3.0], "float32")


@ops.custom_gradient
def squared(x: Any) -> Any:
    """x squared, which pretends to have the derivative 10 x."""
    scaled = ops.multiply(x, 10)
    return ops.multiply(x, x), lambda upstream: ops.multiply(upstream, scaled)


@ops.custom_gradient
def two(x: Any, y: Any) -> Any:
    def grad(*args: Any, upstream: Any = None) -> Any:
        by_sum, by_product = args
        return ops.add(by_sum, ops.multiply(by_product, 100)), None

    return {"sum": ops.add(x, y), "times": ops.multiply(x, y)}, grad


def host(tensor: Any) -> np.ndarray:
    return backend.to_numpy(tensor)


def test_value(backend_name: str) -> None:
    np.testing.assert_allclose(host(squared(X)), X**2)
    np.testing.assert_allclose(host(squared(Variable(X))), X**2)
    np.testing.assert_allclose(host(two(X, X)["times"]), X**2)
    symbolic = squared(KerasTensor((None, 3)))
    assert symbolic.shape == (None, 3)


def test_in_a_model(backend_name: str) -> None:
    x = KerasTensor((None, 3))
    np.testing.assert_allclose(host(Function([x], squared(x))(X[None])), X[None] ** 2)


@pytest.mark.usefixtures("needs_train")
@pytest.mark.parametrize("staged", [False, True])
def test_gradient(staged: bool) -> None:
    def slope(x: Any) -> Any:
        return gradients(lambda t: ops.sum(ops.multiply(squared(t), 2.0)), [x])[1][0]

    tensor = ops.convert_to_tensor(X)
    found = stage(slope, [])(tensor) if staged else slope(tensor)
    np.testing.assert_allclose(host(found), 20 * X)


@pytest.mark.usefixtures("needs_train")
def test_several_arguments_and_results() -> None:
    def loss(x: Any, y: Any) -> Any:
        found = two(x, y)
        return ops.add(ops.sum(found["sum"]), ops.multiply(ops.sum(found["times"]), 3.0))

    _, (by_x, by_y) = gradients(loss, [ops.convert_to_tensor(X), ops.convert_to_tensor(X)])
    np.testing.assert_allclose(host(by_x), np.full(3, 301))
    assert by_y is None or not host(by_y).any()


@pytest.mark.usefixtures("needs_train")
def test_a_gradient_of_the_wrong_length() -> None:
    @ops.custom_gradient
    def wrong(x: Any) -> Any:
        return ops.negative(x), lambda upstream: (upstream, upstream)

    with pytest.raises(ValueError, match="gradient of wrong returned 2 tensors, expected 1"):
        gradients(lambda t: ops.sum(wrong(t)), [ops.convert_to_tensor(X)])
