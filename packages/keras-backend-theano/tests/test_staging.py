"""Staged functions: snapshots, writes that are kept as a whole, dtypes, gradients, threads."""

import threading

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from keras_core import Spec, Variable, gradients, ops, stage
from keras_core.backend import load


def f32(*values):
    return np.array(values, "float32")


def test_snapshots():
    v = Variable(f32(1, 2))

    def fn():
        before = v.value
        v.assign(v * 10)
        return before, v.value

    before, after = stage(fn, [v])()
    assert before.tolist() == [1, 2] and after.tolist() == [10, 20]
    after[0] = -1
    assert v.numpy().tolist() == [10, 20]
    held = v.value
    v.assign(f32(0, 0))
    assert held.tolist() == [10, 20]
    with pytest.raises(ValueError, match="read-only"):
        held[0] = 5


def test_a_failure_while_running_changes_nothing():
    a, b = Variable(f32(1, 2)), Variable(np.int32(0))

    def fn(x, k):
        a.assign(a + x)
        b.assign(b + 1)
        return ops.take(x, k)

    staged = stage(fn, [a, b])
    with pytest.raises(IndexError):
        staged(f32(1, 1), np.array(7, "int32"))
    assert a.numpy().tolist() == [1, 2] and int(b.numpy()) == 0
    assert float(staged(f32(1, 1), np.array(1, "int32"))) == 1
    assert a.numpy().tolist() == [2, 3] and int(b.numpy()) == 1


def test_float32_everywhere():
    """Python numbers, int64 sizes, means, comparisons and gradients leave no float64 behind."""
    w = Variable(f32(1, 2))
    found = {}

    def fn(x, n):
        def loss():
            scaled = x * 0.5 + w.value / 3 + x.shape[0] + n
            mixed = scaled * ops.cast(scaled > 0, "float32") / ops.cast(n, "float32") + ops.mean(n)
            found["mixed"] = ops.dtype(mixed)
            return ops.mean(mixed) + ops.std(mixed) + ops.softplus(mixed)[0]

        return gradients(loss, [w])

    loss, (g,) = stage(fn, [w])(f32(3, 4), np.array([5, 6], "int32"))
    assert found["mixed"] == "float32" and loss.dtype == g.dtype == "float32"


def test_raw_pytensor_arithmetic_stays_in_float32():
    """User code may use PyTensor itself; an int64 beside a float32 must not widen it."""
    (y,) = load("theano").stage(lambda x: [pt.sqrt(x) + pt.arange(2) * 0.5], [], [Spec((2,))])(f32(4, 9))
    assert y.dtype == "float32" and y.tolist() == [2, 3.5]
    assert pytensor.config.floatX == "float64"


def test_gradients_not_connected_are_none():
    a, b = Variable(f32(1)), Variable(f32(2))

    def fn(k):
        loss, (da, db, dk) = gradients(lambda k: ops.sum(a * 2), [a, b, k])
        assert db is None and dk is None
        return loss, da

    assert [float(np.ravel(x)[0]) for x in stage(fn, [a, b])(np.array([1], "int32"))] == [2, 2]


def test_gradient_after_an_assignment():
    """The gradient is by the value the variable has by then."""
    w = Variable(f32(3))

    def fn():
        w.assign(w + 1)
        loss, (g,) = gradients(lambda: ops.sum(w * w), [w])
        w.assign(w - g)
        return loss, g

    loss, g = stage(fn, [w])()
    assert (float(loss), g.tolist(), w.numpy().tolist()) == (16, [8], [-4])


def test_jit_compiles_by_numba():
    v = Variable(f32(1, 2))

    def fn(x):
        v.assign(v + x)
        return ops.sum(v.value)

    staged = stage(fn, [v], jit=True)
    assert float(staged(f32(1, 1))) == 5 and float(staged(f32(1, 1))) == 7
    assert v.numpy().tolist() == [3, 4]


def test_threads_share_a_program():
    w = Variable(np.eye(50, dtype="float32"))
    staged = stage(lambda x: ops.matmul(x, w.value) + ops.sum(x), [])
    staged(np.zeros((3, 50), "float32"))
    wrong = []

    def work(k):
        x = np.full((3, 50), k, "float32")
        for _ in range(50):
            if not np.array_equal(staged(x), np.full((3, 50), k + 150 * k, "float32")):
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_an_op_without_a_gradient_is_named():
    def fn(x):
        return gradients(lambda x: ops.while_loop(lambda v: v < 9, lambda v: v * 2, x), [x])

    with pytest.raises(NotImplementedError, match="no gradient on the 'theano' backend"):
        stage(fn, [])(np.float32(3))


def test_abstract_reads_the_shapes_of_the_graph():
    found = load("theano").abstract(
        lambda x, y: [ops.matmul(x, y), ops.sum(x, 0), ops.argmax(y)], [Spec((None, 3)), Spec((3, 5))]
    )
    assert found == [Spec((None, 5)), Spec((3,)), Spec((), "int32")]
