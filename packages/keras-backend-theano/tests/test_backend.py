"""Tensors, variables and staging of the Theano backend."""

import subprocess
import sys
import threading

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from keras_core import Spec, Variable, gradients, ops, stage
from keras_core.backend import load, use_backend


@pytest.fixture(autouse=True)
def _theano():
    with use_backend("theano"):
        yield


def f32(*values):
    return np.array(values, "float32")


def test_the_spec_loads_no_framework():
    code = "import sys, keras_backend_theano.spec; print('pytensor' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_tensors_are_arrays_outside_staging():
    backend = load("theano")
    x = backend.tensor([1, 2], "float32")
    assert isinstance(x, np.ndarray) and backend.is_concrete(x)
    assert type(ops.add(x, 1)) is np.ndarray and ops.add(x, 1).dtype == "float32"
    copy = backend.numpy(x)
    copy[0] = 9
    assert x[0] == 1


def test_symbolic_values_have_no_numbers():
    backend = load("theano")
    with pytest.raises(TypeError, match="symbolic value has no numbers"):
        backend.numpy(pt.vector())


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


def test_writing_a_wrong_shape_changes_nothing():
    a, b = Variable(f32(1)), Variable(f32(2))
    backend = load("theano")
    with pytest.raises(ValueError, match=r"shape \(1,\)"):
        backend.write([(a.storage, f32(5)), (b.storage, f32(5, 6))])
    assert a.numpy().tolist() == [1] and b.numpy().tolist() == [2]


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


def test_recurrent_ops_on_arrays_and_graphs_agree_with_their_bodies():
    rng = np.random.default_rng(0)
    x, h, c = (rng.normal(size=s).astype("float32") for s in ((3, 5, 4), (3, 2), (3, 2)))
    mask = rng.random((3, 5)) > 0.4
    for name, gates, states, bias in (("lstm", 4, (h, c), (8,)), ("gru", 3, (h,), (2, 6))):
        weights = [rng.normal(size=s).astype("float32") for s in ((4, 2 * gates), (2, 2 * gates), bias)]
        op = getattr(ops, name)
        for given in (None, mask):
            with use_backend("numpy"):
                expected = op(x, *states, *weights, mask=given, go_backwards=True)
            eager = op(x, *states, *weights, mask=given, go_backwards=True)
            graph = stage(lambda *t: op(*t, mask=given, go_backwards=True), [])(x, *states, *weights)  # noqa: B023
            other = stage(lambda *t: op(*t, mask=given, activation="relu"), [])(x, *states, *weights)  # noqa: B023
            with use_backend("numpy"):
                plain = op(x, *states, *weights, mask=given, activation="relu")
            for a, b, d in zip(eager, graph, expected, strict=True):
                np.testing.assert_allclose(a, d, atol=1e-6)
                np.testing.assert_allclose(b, d, atol=1e-6)
            for a, b in zip(other, plain, strict=True):
                np.testing.assert_allclose(a, b, atol=1e-5)


def test_draws_are_numpys_and_follow_the_key():
    key = np.array([7, 1], "uint32")
    with use_backend("numpy"):
        expected = ops.random_normal((3, 2), 0.0, 1.0, "float32", key)

    def draw(k, x):
        return ops.random_normal((ops.shape(x)[0], 2), 0.0, 1.0, "float32", k)

    program = load("theano").stage(lambda k, x: [draw(k, x)], [], [Spec((2,), "uint32"), Spec((None,))])
    np.testing.assert_array_equal(program(key, np.zeros(3, "float32"))[0], expected)
    other = program(np.array([7, 2], "uint32"), np.zeros(3, "float32"))[0]
    assert not np.array_equal(other, expected)


def test_operators_of_a_graph_take_variables():
    scale = Variable([2.0, 4.0])

    def run(x):
        return x / scale, x - scale, x**scale

    found = stage(run, [])(np.array([6.0, 8.0], "float32"))
    np.testing.assert_allclose(found, [[3, 2], [4, 4], [36, 4096]])
