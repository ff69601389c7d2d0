"""Programs of graphs, run in the worker."""

import numpy as np
import pytest
from keras_backend_cntk import staging
from keras_core import Spec, Variable, gradients, ops, stage
from keras_core.backend import load

X = np.array([[1.0, -2.0], [0.5, 3.0]], "float32")


def test_shapes_without_a_worker():
    specs = staging.abstract(lambda x: [load("cntk").ops["matmul"](x, x)], [Spec((2, 2))])
    assert specs == [Spec((2, 2))] and staging.RECORDER.get() is None


def test_a_step_with_what_it_assigns(worker):
    w, count = Variable(np.ones((2, 1), "float32")), Variable(0)

    def step(x):
        loss, (slope,) = gradients(lambda: ops.mean(ops.square(ops.matmul(x, w))), [w])
        w.assign(w - 0.1 * slope)
        count.assign_add(1)
        return loss, count

    loss, number = stage(step, [w, count])(X)
    product = X @ np.ones((2, 1))
    assert float(loss) == pytest.approx((product**2).mean()) and int(number) == 1
    np.testing.assert_allclose(w.numpy(), 1 - 0.1 * X.T @ product, rtol=1e-5)


def test_results_share_no_memory(worker):
    v = Variable(X)
    program = stage(lambda x: [x, x, v.value, ops.exp(x)], [])
    first = program(X)
    first[0][0, 0] = first[1][0, 1] = first[2][1, 1] = 9
    second = program(X)
    assert X[0, 0] == 1 and v.numpy()[1, 1] == 3 and first[1][0, 0] == 1
    first[3][...] = 0
    np.testing.assert_allclose(second[3], np.exp(X), rtol=1e-6)


def test_one_value_in_several_results(worker):
    def call(x):
        y = ops.exp(x)
        return y, ops.reshape(y, (2, 2)), ops.reshape(y, (4,)), ops.cast(x, "float32"), ops.sin(x)

    found = stage(call, [])(X)
    for one, other in zip(found, (np.exp(X), np.exp(X), np.exp(X).ravel(), X, np.sin(X)), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)


def test_values_that_functions_of_numpy_compute_in_between(worker):
    def loss(x):
        return ops.sum(ops.sort(ops.exp(x), axis=1) * np.array([1.0, 2.0], "float32"))

    value, (slope,) = gradients(loss, [X])
    assert float(value) == pytest.approx(float((np.sort(np.exp(X), 1) * [1, 2]).sum()), rel=1e-5)
    np.testing.assert_allclose(slope, np.exp(X) * [[2, 1], [1, 2]], rtol=1e-5)


def test_a_gradient_of_its_own(worker):
    @ops.custom_gradient
    def clipped(x):
        return ops.square(x), lambda upstream: ops.clip(upstream * x, -1, 1)

    value, (slope,) = gradients(lambda x: ops.sum(clipped(x)), [X])
    assert float(value) == float((X**2).sum())
    np.testing.assert_allclose(slope, np.clip(X, -1, 1))


def test_doubles_stay_doubles_and_what_they_compare_to_bools(worker):
    x = X.astype("float64")
    program = stage(lambda x: (ops.where(x > 0, ops.exp(x), x), ops.isnan(x), ops.take(x, ops.argmax(x, 1), 0)), [])
    values, flags, rows = program(x)
    assert (values.dtype, flags.dtype, rows.dtype) == ("float64", "bool", "float64") and not flags.any()
    np.testing.assert_allclose(values, np.where(x > 0, np.exp(x), x), rtol=1e-12)
    np.testing.assert_array_equal(rows, x[x.argmax(1)])


def test_variables_of_both_dtypes_in_one_function(worker):
    wide, narrow = X.astype("float64") / 3, X + 1

    def loss(a, b, rows):
        return ops.sum(ops.cast(ops.take(a, rows, 0), "float32") * b * b) + ops.sum(ops.cast(a, "float32"))

    rows = np.array([1, 1])
    value, (to_wide, to_narrow, _) = gradients(loss, [wide, narrow, rows])
    assert float(value) == pytest.approx((wide[rows] * narrow**2).sum() + wide.sum(), rel=1e-5)
    assert (to_wide.dtype, to_narrow.dtype) == ("float64", "float32")
    np.testing.assert_allclose(to_wide, [[1, 1], (narrow**2).sum(0) + 1], rtol=1e-5)
    np.testing.assert_allclose(to_narrow, 2 * wide[rows] * narrow, rtol=1e-5)
    np.testing.assert_allclose(stage(lambda a, rows: ops.take(a, rows, 0), [])(wide, rows), wide[rows], rtol=1e-12)
