"""gradients(): values, writes kept once, nesting, what is not connected."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import Function, Input, Variable, backend, gradients, ops, stage, symbolic_gradients

STAGED = pytest.mark.parametrize("staged", [False, True], ids=["concrete", "staged"])
pytestmark = pytest.mark.usefixtures("needs_train")


def host(tensor: Any) -> np.ndarray:
    return backend.to_numpy(tensor)


def run(fn: Any, variables: list[Variable], staged: bool, *args: Any) -> Any:
    return stage(fn, variables)(*args) if staged else fn(*args)


@STAGED
def test_by_variables_and_tensors(staged: bool) -> None:
    w = Variable(np.array([1, 2], "float32"))

    def fn(x: Any) -> Any:
        return gradients(lambda t: (ops.sum(w * w * t), t + 1.0), [w, x])

    (loss, other), (dw, dx) = run(fn, [w], staged, np.array([3, 4], "float32"))
    assert float(host(loss)) == 19
    np.testing.assert_allclose(host(other), [4, 5])
    np.testing.assert_allclose(host(dw), [6, 16])
    np.testing.assert_allclose(host(dx), [1, 4])


@STAGED
def test_writes_of_the_function_are_kept_once(staged: bool) -> None:
    w, calls = Variable(np.float32(3)), Variable(np.float32(0))

    def loss() -> Any:
        calls.assign_add(1.0)
        return w * w * calls

    _, (dw,) = run(lambda: gradients(loss, [w]), [w, calls], staged)
    assert float(host(dw)) == 6 and float(calls.numpy()) == 1


@STAGED
def test_after_an_assignment_in_the_same_step(staged: bool) -> None:
    w = Variable(np.float32(3))

    def fn() -> Any:
        w.assign(w + 1.0)
        loss, (dw,) = gradients(lambda: w * w, [w])
        w.assign(w - dw)
        return loss, dw

    loss, dw = run(fn, [w], staged)
    assert (float(host(loss)), float(host(dw)), float(w.numpy())) == (16, 8, -4)


@STAGED
def test_what_is_not_connected_is_none_or_zero(staged: bool) -> None:
    w, other = Variable(np.float32(3)), Variable(np.float32(1))

    def fn() -> Any:
        _, (dw, do) = gradients(lambda: w * 2.0, [w, other])
        return dw, do

    dw, do = run(fn, [w, other], staged)
    assert float(host(dw)) == 2 and (do is None or float(host(do)) == 0)


@STAGED
def test_a_gradient_of_a_gradient(staged: bool) -> None:
    if "second-order" not in backend.active().capabilities:
        pytest.skip("the backend does not declare second-order gradients")
    w = Variable(np.float32(2))

    def fn() -> Any:
        def slope() -> Any:
            return gradients(lambda: w * w * w, [w])[1][0]

        return gradients(slope, [w])

    slope, (curvature,) = run(fn, [w], staged)
    assert (float(host(slope)), float(host(curvature))) == (12, 12)


@STAGED
@pytest.mark.parametrize("greatest", [ops.max, lambda x: -ops.min(-x), lambda x: ops.sum(ops.max(x, axis=1))])
def test_the_greatest_of_equal_cells_share_a_gradient(staged: bool, greatest: Any) -> None:
    _, (found,) = run(lambda x: gradients(greatest, [x]), [], staged, np.array([[1, 3, 3, 2, 3]], "float32"))
    np.testing.assert_allclose(host(found), np.array([[0, 1, 1, 0, 1]]) / 3, rtol=1e-6)


@STAGED
def test_stop_gradient(staged: bool) -> None:
    w = Variable(np.float32(3))
    _, (dw,) = run(lambda: gradients(lambda: w * ops.stop_gradient(w * w), [w]), [w], staged)
    assert float(host(dw)) == 9


def test_a_loss_that_is_no_scalar_is_refused() -> None:
    w = Variable(np.ones(3, "float32"))
    with pytest.raises(ValueError, match="scalar"):
        gradients(lambda: w * 2.0, [w])


def test_symbolic_gradients_by_an_input_and_a_hidden_tensor() -> None:
    x = Input((2,))
    h = x * x
    by_x, by_h = symbolic_gradients(ops.sum(h * 3.0), [x, h])
    value = np.array([[1, 2]], "float32")
    found = Function(x, [by_x, by_h])([value])
    np.testing.assert_allclose(host(found[0]), [[6, 12]])
    np.testing.assert_allclose(host(found[1]), [[3, 3]])


def test_a_symbolic_gradient_can_be_differentiated() -> None:
    if "second-order" not in backend.active().capabilities:
        pytest.skip("the backend does not declare second-order gradients")
    x = Input((1,))
    (first,) = symbolic_gradients(ops.sum(x * x * x), [x])
    (second,) = symbolic_gradients(ops.sum(first), [x])
    value = np.array([[2.0]], "float32")
    np.testing.assert_allclose(host(Function(x, second)(value)), [[12]])
