"""Gradients by variables and tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import Variable, backend, gradients, ops, stage

X = np.array([1.0, -2.0, 3.0], "float32")


def array(tensor: Any) -> np.ndarray:
    return np.asarray(backend.to_numpy(tensor))


@pytest.mark.needs_train
def test_by_variables_and_tensors() -> None:
    w = Variable(X)
    loss, (by_variable, by_tensor) = gradients(lambda x: ops.sum(w * w * x), [w, ops.convert_to_tensor(X)])
    assert float(array(loss)) == pytest.approx((X**3).sum())
    np.testing.assert_allclose(array(by_variable), 2 * X * X, rtol=1e-6)
    np.testing.assert_allclose(array(by_tensor), X * X, rtol=1e-6)


@pytest.mark.needs_train
def test_further_results_keep_their_structure() -> None:
    w = Variable(2.0)
    (loss, others), (slope,) = gradients(lambda: (w * 3.0, {"double": w * 2.0, "none": None}), [w])
    assert (float(array(loss)), float(array(others["double"])), others["none"]) == (6.0, 4.0, None)
    assert float(array(slope)) == 3.0


@pytest.mark.needs_train
def test_what_the_loss_does_not_depend_on() -> None:
    used, unused, whole = Variable(2.0), Variable(X), Variable(3)
    _, (slope, none, integer) = gradients(lambda: used * used, [used, unused, whole])
    assert float(array(slope)) == 4.0 and integer is None
    assert none is None or not array(none).any()


@pytest.mark.needs_train
@pytest.mark.parametrize("staged", [False, True])
def test_assignments_are_made_once(staged: bool) -> None:
    w, calls = Variable(2.0), Variable(0.0)

    def loss() -> Any:
        calls.assign_add(1.0)
        return w * w * calls

    def run() -> Any:
        return gradients(loss, [w])[1][0]

    run = stage(run, [w, calls]) if staged else run
    assert float(array(run())) == 4.0 and float(calls.numpy()) == 1.0
    assert float(array(run())) == 8.0 and float(calls.numpy()) == 2.0


@pytest.mark.needs_train
def test_a_variable_assigned_before_it_is_read_has_no_gradient() -> None:
    w = Variable(2.0)

    def loss() -> Any:
        w.assign(5.0)
        return w * w

    value, (slope,) = gradients(loss, [w])
    assert float(array(value)) == 25.0 and float(w.numpy()) == 5.0
    assert slope is None or float(array(slope)) == 0.0


@pytest.mark.needs_train
def test_the_loss_is_a_scalar() -> None:
    w = Variable(X)
    with pytest.raises(ValueError, match=r"gradients\(\) needs a scalar loss .* got shape \(3,\).*ops\.mean"):
        gradients(lambda: w * 2.0, [w])


def test_a_backend_without_gradients_says_so() -> None:
    with backend.use_backend("numpy"):
        w = Variable(1.0)
    with pytest.raises(NotImplementedError, match="'numpy' backend has no gradients, so it cannot train"):
        gradients(lambda: w * w, [w])
