"""Control flow while staging: values, laziness, captured tensors, gradients of first and second order."""

import numpy as np
import pytest
from keras_core import Variable, gradients, ops, stage


def _run(fn, *arrays):
    return stage(fn, [])(*arrays)


def f32(*values):
    return np.array(values, "float32")


def test_scan_with_captured_tensors():
    def fn(xs, w):
        total, rows = ops.scan(lambda c, x: (c + x * w, c * w), ops.zeros_like(xs[0]), xs)
        return total, rows

    total, rows = _run(fn, f32([1, 2], [3, 4], [5, 6]), f32(2, 3))
    np.testing.assert_allclose(total, [18, 36])
    np.testing.assert_allclose(rows, [[0, 0], [4, 18], [16, 54]])


def test_captured_index():
    """A slice by a captured scalar."""
    found = _run(lambda xs, k: ops.scan(lambda c, x: (c + ops.sum(x[:k]), ()), xs[0, 0] * 0, xs)[0],
                 f32([1, 2], [3, 4]), np.array(1, "int32"))  # fmt: skip
    assert float(found) == 4


def test_reversed_scan_keeps_the_order_of_rows():
    total, rows = _run(lambda xs: ops.scan(lambda c, x: (2 * c + x, c), xs[0] * 0, xs, reverse=True), f32(1, 2, 3))
    assert float(total) == 1 + 2 * (2 + 2 * 3)
    np.testing.assert_array_equal(rows, [8, 3, 0])


def test_scan_of_no_rows_and_without_sequences():
    total, rows = _run(lambda xs: ops.scan(lambda c, x: (c + x, x), xs[0:0].sum(), xs), np.zeros((0,), "float32"))
    assert float(total) == 0 and rows.shape == (0,)
    assert float(_run(lambda x: ops.scan(lambda c, _: (c * 2, ()), x, length=5)[0], f32(3)[0])) == 96


def _loss_of_scan(xs, w, start):
    last, rows = ops.scan(lambda c, x: (ops.tanh(c * w + x), c * c * x), start, xs)
    return ops.sum(last * last) + ops.sum(rows)


def test_gradient_through_scan():
    rng = np.random.default_rng(0)
    values = [rng.normal(size=s) for s in ((4, 3), (3,), (3,))]

    def staged(*tensors):
        return gradients(_loss_of_scan, tensors)

    _, found = _run(staged, *values)
    for number, gradient in enumerate(found):
        direction, step = rng.normal(size=values[number].shape), 1e-6
        ends = []
        for sign in (1, -1):
            moved = list(values)
            moved[number] = values[number] + sign * step * direction
            ends.append(float(_run(_loss_of_scan, *moved)))
        assert np.vdot(gradient, direction) == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-5)


def test_gradient_of_a_gradient_through_scan():
    values = [np.random.default_rng(1).normal(size=s) for s in ((4, 3), (3,), (3,))]

    def slope(*tensors):
        _, found = gradients(_loss_of_scan, tensors)
        return sum(ops.sum(ops.sin(g)) for g in found)

    _, found = _run(lambda *t: gradients(slope, t), *values)
    for number, gradient in enumerate(found):
        direction, step = np.ones_like(values[number]), 1e-6
        ends = []
        for sign in (1, -1):
            moved = list(values)
            moved[number] = values[number] + sign * step * direction
            ends.append(float(_run(slope, *moved)))
        assert np.vdot(gradient, direction) == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-4)


def test_cond_runs_one_branch_and_has_a_gradient():
    def fn(x):
        def loss(y):
            return ops.cond(ops.sum(y) > 0, lambda: ops.sum(y * y), lambda: ops.sum(ops.log(-y)))

        return gradients(loss, [x])

    loss, (g,) = _run(fn, f32(1, 2))
    assert float(loss) == 5 and g.tolist() == [2, 4]
    loss, (g,) = _run(fn, f32(-1, -2))
    assert float(loss) == pytest.approx(np.log(2)) and g.tolist() == [-1, -0.5]

    def endless(x):
        return ops.while_loop(lambda v: v < 0, lambda v: v - 1, x)

    assert float(_run(lambda x: ops.cond(x > 0, lambda: x * 2, lambda: endless(x)), f32(3)[0])) == 6


def test_while_loop_with_captured_tensors():
    def fn(x, limit):
        return ops.while_loop(lambda n, v: ops.max(v) < limit, lambda n, v: (n + 1, v * limit), (0, x))

    count, value = _run(fn, f32(0.5, 0.25), f32(3)[0])
    assert int(count) == 2 and value.tolist() == [4.5, 2.25]


def test_a_while_loop_has_no_gradient():
    def loss(x):
        return ops.while_loop(lambda v: v < 9, lambda v: v * 2, x)

    with pytest.raises(NotImplementedError, match="while loop has no gradient"):
        _run(lambda x: gradients(loss, [x]), f32(3)[0])


def test_writes_inside_control_flow():
    count = Variable(np.int32(0))

    def fn(xs):
        def step(c, x):
            count.assign(count + 1)
            return c + x * ops.cast(count.value, "float32"), ()

        return ops.scan(step, xs[0] * 0, xs)[0]

    staged = stage(fn, [count])
    assert float(staged(f32(1, 1, 1))) == 6
    assert float(staged(f32(1, 1))) == 9
    assert int(count.numpy()) == 5
