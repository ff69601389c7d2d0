"""Control flow with reads and writes of variables in the bodies, concrete and staged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import Function, Input, Variable, backend, gradients, ops, stage

STAGED = pytest.mark.parametrize("staged", [False, True], ids=["concrete", "staged"])


def host(tensor: Any) -> np.ndarray:
    return backend.to_numpy(tensor)


def run(fn: Any, variables: list[Variable], staged: bool, *args: Any) -> Any:
    return stage(fn, variables)(*args) if staged else fn(*args)


@STAGED
@pytest.mark.parametrize("flag", [True, False])
def test_cond_runs_one_branch_and_keeps_its_writes(staged: bool, flag: bool) -> None:
    a, b = Variable(np.float32(1)), Variable(np.float32(10))

    def fn(pred: Any, x: Any) -> Any:
        def yes(y: Any) -> Any:
            a.assign(a + y)
            return a * 2.0

        def no(y: Any) -> Any:
            b.assign(b - y)
            return b + 0.0

        return ops.cond(pred, yes, no, x), a.value, b.value

    out = [float(host(t)) for t in run(fn, [a, b], staged, np.array(flag), np.float32(3))]
    assert out == ([8, 4, 10] if flag else [7, 1, 7])
    assert [float(a.numpy()), float(b.numpy())] == out[1:]


@STAGED
def test_switch_clips_its_index(staged: bool) -> None:
    def fn(index: Any, x: Any) -> Any:
        return ops.switch(index, [lambda y: y, lambda y: y * 10.0, lambda y: y * 100.0], x)

    found = [float(host(run(fn, [], staged, np.int32(i), np.float32(2)))) for i in (-1, 0, 1, 2, 5)]
    assert found == [2, 2, 20, 200, 200]


@STAGED
def test_while_loop_counts_and_writes(staged: bool) -> None:
    total = Variable(np.float32(0))

    def fn(n: Any) -> Any:
        def body(i: Any, acc: Any) -> Any:
            total.assign_add(ops.cast(i, "float32"))
            return i + 1, acc * 2.0

        return ops.while_loop(lambda i, _: ops.less(i, n), body, (ops.zeros((), "int32"), ops.ones(())))

    i, acc = run(fn, [total], staged, np.int32(5))
    assert (int(host(i)), float(host(acc)), float(total.numpy())) == (5, 32, 10)


@STAGED
def test_while_loop_that_never_runs(staged: bool) -> None:
    out = run(lambda n: ops.while_loop(lambda x: ops.less(x, 0.0), lambda x: x * 0.0, n), [], staged, np.float32(3))
    assert float(host(out)) == 3


@STAGED
def test_while_loop_stops_at_maximum_iterations(staged: bool) -> None:
    def fn(x: Any) -> Any:
        return ops.while_loop(lambda y: ops.less(y, 1e9), lambda y: y * 2.0, x, maximum_iterations=3)

    assert float(host(run(fn, [], staged, np.float32(1)))) == 8


@STAGED
@pytest.mark.parametrize("reverse", [False, True])
def test_scan_carries_stacks_and_writes(staged: bool, reverse: bool) -> None:
    count = Variable(np.float32(0))
    xs = np.arange(6, dtype="float32").reshape(3, 2)

    def fn(rows: Any) -> Any:
        def step(carry: Any, x: Any) -> Any:
            count.assign_add(1.0)
            new = carry * 0.5 + x
            return new, {"new": new, "count": count.value}

        return ops.scan(step, ops.zeros((2,)), rows, reverse=reverse)

    carry, ys = run(fn, [count], staged, xs)
    state, rows, numbers = np.zeros(2), [], []
    for k, x in enumerate(xs[::-1] if reverse else xs):
        state = state * 0.5 + x
        rows.append(state)
        numbers.append(k + 1)
    if reverse:
        rows, numbers = rows[::-1], numbers[::-1]
    np.testing.assert_allclose(host(carry), state)
    np.testing.assert_allclose(host(ys["new"]), rows)
    np.testing.assert_allclose(host(ys["count"]), numbers)
    assert float(count.numpy()) == 3


@STAGED
def test_scan_without_xs(staged: bool) -> None:
    carry, ys = run(lambda x: ops.scan(lambda c, _: (c * 2.0, c), x, length=4), [], staged, np.float32(1))
    assert float(host(carry)) == 16
    np.testing.assert_allclose(host(ys), [1, 2, 4, 8])


@STAGED
def test_map_and_vectorized_map(staged: bool) -> None:
    xs = np.arange(6, dtype="float32").reshape(3, 2)
    for op in (ops.map, ops.vectorized_map):
        out = run(lambda x, op=op: op(lambda row: ops.sum(row) + 1.0, x), [], staged, xs)
        np.testing.assert_allclose(host(out), xs.sum(1) + 1)


@STAGED
def test_fori_loop(staged: bool) -> None:
    out = run(lambda x: ops.fori_loop(0, 4, lambda i, v: v + ops.cast(i, "float32"), x), [], staged, np.float32(1))
    assert float(host(out)) == 7


@STAGED
def test_a_control_op_inside_another(staged: bool) -> None:
    hits = Variable(np.float32(0))

    def fn(xs: Any) -> Any:
        def step(carry: Any, x: Any) -> Any:
            def big(value: Any) -> Any:
                hits.assign_add(1.0)
                return value

            return carry + ops.cond(ops.greater(x, 1.5), big, lambda value: value * 0.0, x), x

        return ops.scan(step, ops.zeros(()), xs)[0]

    assert float(host(run(fn, [hits], staged, np.array([1, 2, 3], "float32")))) == 5
    assert float(hits.numpy()) == 2


def test_cond_and_scan_in_a_graph() -> None:
    x = Input((3,))
    doubled = ops.scan(lambda c, row: (c + row, c), x[0] * 0.0, x)[0]
    out = ops.cond(ops.greater(ops.sum(x), 0.0), lambda y: y, lambda y: -y, doubled)
    value = -np.ones((2, 3), "float32")
    np.testing.assert_allclose(host(Function(x, out)(value)), [2, 2, 2])


@pytest.mark.usefixtures("needs_train")
def test_gradients_through_scan_and_cond_inside_a_staged_step() -> None:
    w = Variable(np.float32(2))

    def fn(xs: Any) -> Any:
        def loss() -> Any:
            last, _ = ops.scan(lambda c, x: (c * w + x, c), ops.zeros(()), xs)
            return ops.cond(ops.greater(last, 0.0), lambda: last * 1.0, lambda: last * 3.0)

        return gradients(loss, [w])

    value, (dw,) = stage(fn, [w])(np.array([1, 1, 1], "float32"))
    assert float(host(value)) == 7  # w^2 + w + 1
    assert float(host(dw)) == 5  # 2 w + 1
