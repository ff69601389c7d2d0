from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from keras_backend_torch import staging
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.framework import torch
from keras_core import Spec, Variable, ops, stage


def f32(*values: float) -> np.ndarray:
    return np.array(values, "float32")


def test_python_runs_once_and_the_recording_from_then_on() -> None:
    runs = []
    program = stage(lambda x: (runs.append(1), x * 2)[1], [])
    assert [float(program(f32(k))[0]) for k in range(3)] == [0, 2, 4]
    assert len(runs) == 1


def test_what_depends_on_values_runs_op_by_op() -> None:
    v = Variable(f32(0))

    def fn(x: Any) -> Any:
        v.assign_add(x)
        return x * 2 if float(x[0]) > 0 else x - 1

    program = stage(fn, [v])
    assert [float(program(f32(k))[0]) for k in (3, -3)] == [6, -4]
    assert v.numpy().tolist() == [0]


def test_functions_of_pytorch_are_recorded_with_their_own_kernels() -> None:
    program = stage(lambda x: torch.nn.functional.gelu(torch.fft.rfft(x).abs()), [])
    x = np.random.default_rng(0).normal(size=8).astype("float32")
    expected = torch.nn.functional.gelu(torch.tensor(np.abs(np.fft.rfft(x)).astype("float32")))
    np.testing.assert_allclose(program(x), expected, rtol=1e-5)


@pytest.mark.parametrize("depends_on_values", [False, True])
def test_what_is_written_into_an_argument_stays_inside(depends_on_values: bool) -> None:
    def fn(x: Any) -> Any:
        x[0].add_(1.0 if not depends_on_values or float(x[1]) > 0 else 2.0)
        return x * 2

    program = stage(fn, [])
    for values in ((1, 2), (3, 4)):
        x = torch.tensor(f32(*values))
        assert program(x).tolist() == [2 * values[0] + 2, 2 * values[1]]
        assert x.tolist() == list(values)


def test_writing_into_tensors_is_recorded_in_order() -> None:
    v = Variable(f32(1, 2))

    def fn(x: Any) -> Any:
        filled = torch.zeros(4)
        filled[:2] = v.value
        before = filled.clone()
        filled.mul_(x)
        return before, filled

    program = stage(fn, [v])
    for factor in (3, 5):
        before, after = program(f32(factor))
        assert before.tolist() == [1, 2, 0, 0] and after.tolist() == [factor, 2 * factor, 0, 0]
    assert v.numpy().tolist() == [1, 2]


def test_results_share_memory_with_nothing() -> None:
    v = Variable(f32(1, 2))
    x = torch.ones(2)
    same, half, value = stage(lambda t: (t, t[:1], v.value), [v])(x)
    for result in (same, half, value):
        result.fill_(9)
    assert x.tolist() == [1, 1] and v.numpy().tolist() == [1, 2]
    assert value.tolist() == [9, 9] and half.tolist() == [9]


def test_an_argument_that_is_not_contiguous() -> None:
    program = stage(lambda x: ops.reshape(x, (-1,)), [])
    assert program(torch.arange(6.0).reshape(3, 2).T).tolist() == [0, 2, 4, 1, 3, 5]


def test_a_tensor_of_the_user_is_a_constant() -> None:
    weights = torch.tensor([2.0, 3.0], requires_grad=True)
    program = stage(lambda x: x * weights, [])
    assert program(f32(1, 1)).tolist() == [2, 3]


def test_steps_keep_nothing_when_one_fails() -> None:
    total = Variable(np.float32(0))
    table = torch.tensor([1.0, 2.0])

    def fn(index: Any) -> list[Any]:
        total.assign_add(ops.sum(ops.take(table, index, 0)))
        return [total.value]

    steps = BACKEND.stage_steps(fn, [total], [Spec((1,), "int32")])
    rows = torch.tensor([0, 1, 9], dtype=torch.int32)
    assert float(steps(np.array([[0], [1]]), rows)[0]) == 3
    with pytest.raises(IndexError):
        steps(np.array([[0], [2]]), rows)
    assert float(total.numpy()) == 3


@pytest.mark.parametrize("recorded", [True, False])
def test_a_branch_that_writes(recorded: bool) -> None:
    v = Variable(np.float32(0))

    def fn(x: Any) -> Any:
        ops.cond(x > 0, lambda: v.assign_add(x), lambda: v.assign(v * 2.0))
        return v.value if recorded else v.value + float(x)

    program = stage(fn, [v])
    for x in (3.0, -1.0, 1.0):
        program(np.float32(x))
    assert float(v.numpy()) == 7


def test_threads_run_one_program_at_once() -> None:
    v = Variable(np.eye(8, dtype="float32"))
    program = stage(lambda x: ops.matmul(ops.matmul(x, v), v), [])
    program(np.zeros((4, 8), "float32"))
    wrong = []

    def work(number: float) -> None:
        for _ in range(100):
            if not bool((program(np.full((4, 8), number, "float32")) == number).all()):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(float(k),)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_specs_of_a_function_with_an_unknown_batch() -> None:
    specs = staging.abstract(BACKEND, lambda x: [x.flatten(1), x.sum()], [Spec((None, 3, 4), "float32")])
    assert [(spec.shape, spec.dtype) for spec in specs] == [((None, 12), "float32"), ((), "float32")]


def test_a_loop_is_recorded_once_and_runs_as_long_as_its_condition_holds() -> None:
    v = Variable(f32(1, 2))
    runs = []

    def body(k: Any, x: Any) -> Any:
        runs.append(1)
        v.assign(v * 2.0)
        return k + 1, x + v.value

    def fn(count: Any) -> Any:
        return ops.while_loop(lambda k, _: ops.less(k, count), body, (ops.zeros((), "int32"), v.value))[1]

    program = stage(fn, [v])
    before = v.value
    assert program(np.int32(0)).tolist() == [1, 2]
    assert program(np.int32(3)).tolist() == [15, 30]
    traced = len(runs)
    assert v.numpy().tolist() == [8, 16] and before.tolist() == [1, 2]
    program(np.int32(1))
    assert len(runs) == traced


def test_branches_nest_and_may_fail() -> None:
    def inner(x: Any) -> Any:
        return ops.cond(ops.sum(x) > 10, lambda: x * 2.0, lambda: ops.take(x, ops.cast(x, "int32"), 0))

    program = stage(lambda x: ops.cond(x[0] > 0, lambda: inner(x), lambda: x), [])
    assert program(f32(9, 8)).tolist() == [18, 16]
    assert program(f32(-1, 8)).tolist() == [-1, 8]
    assert program(f32(1, 0)).tolist() == [0, 1]
    with pytest.raises((IndexError, RuntimeError)):
        program(f32(1, 5))


def test_an_assignment_in_a_vectorized_function_changes_nothing() -> None:
    v = Variable(f32(1, 2), name="running_mean")

    def assigns(x: Any) -> Any:
        v.assign(x)
        return (x * x).sum()

    rows = torch.ones(3, 2)
    for function in (assigns, torch.func.grad(assigns)):
        with pytest.raises(RuntimeError, match=r"'running_mean' is assigned in a function that is traced"):
            torch.func.vmap(function)(rows)
        assert v.numpy().tolist() == [1, 2]
    torch.func.grad(assigns)(rows[0])  # that has a value
    assert v.numpy().tolist() == [1, 1]


@pytest.mark.parametrize("stacked", [False, True])
def test_rows_that_follow_one_another_are_taken_as_they_lie(stacked: bool) -> None:
    total, last = Variable(np.zeros(2, "float32")), Variable(np.zeros((3, 2), "float32"))

    def fn(x: Any) -> list[Any]:
        total.assign(total + ops.sum(x, 0))
        last.assign(x)
        return [x, ops.sum(x)]

    data = np.random.default_rng(0).normal(size=(9, 2)).astype("float32")
    given = BACKEND.tensor(data)
    rows = np.array([[0, 1, 2], [8, 0, 4], [6, 7, 8], [5, 4, 3], [2, 3, 4]])
    steps = staging.stage_steps(BACKEND, fn, [total, last], [Spec((3, 2), "float32")], None, stacked)
    found, sums = steps(torch.tensor(rows), given)
    expected = data[rows]
    given.fill_(7)  # what it found is no part of the array
    np.testing.assert_array_equal(found, expected if stacked else expected[-1])
    np.testing.assert_allclose(sums, expected.sum((1, 2)) if stacked else expected[-1].sum(), rtol=1e-5)
    np.testing.assert_allclose(total.numpy(), expected.sum((0, 1)), rtol=1e-5)
    np.testing.assert_array_equal(last.numpy(), expected[-1])


@pytest.mark.parametrize("rows", [[[7, 8, 9]], [[-1, 0, 1]]])
def test_rows_outside_of_an_array_are_refused(rows: list[list[int]]) -> None:
    steps = BACKEND.stage_steps(lambda x: [ops.sum(x)], [], [Spec((3,), "float32")])
    with pytest.raises((IndexError, RuntimeError)):
        steps(np.array(rows), torch.ones(9))


def test_rows_of_arrays_that_are_not_in_order_in_memory_are_copied() -> None:
    x = torch.arange(12.0).reshape(2, 6).T
    steps = BACKEND.stage_steps(lambda x: [ops.reshape(x, (-1,))], [], [Spec((3, 2), "float32")])
    assert steps(np.array([[1, 2, 3]]), x)[0].tolist() == x[1:4].reshape(-1).tolist()
