"""Variables, traces and staged functions: snapshots, all or nothing, nothing made while staging."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from keras_core import Staged, Variable, backend, ops, stage
from keras_core.testing import StagedBatches, StagedSteps


def f32(*values: Any) -> np.ndarray:
    return np.array(values, "float32")


def host(tensor: Any) -> np.ndarray:
    return backend.to_numpy(tensor)


def test_a_variable_keeps_its_value_dtype_and_shape() -> None:
    v = Variable(f32(1, 2), name="v")
    assert (v.shape, v.dtype, v.name) == ((2,), "float32", "v")
    v.assign(f32(3, 4))
    v.assign_add(f32(1, 1))
    v.assign_sub(2)
    np.testing.assert_array_equal(v.numpy(), [2, 3])


def test_an_assignment_of_another_shape_names_the_variable() -> None:
    v = Variable(f32(1, 2), name="vector")
    host(v.value)
    with pytest.raises(ValueError, match=r"vector.*shape"):
        v.assign(f32(1, 2, 3))
    np.testing.assert_array_equal(v.numpy(), [1, 2])


def test_values_are_snapshots() -> None:
    v = Variable(f32(1, 2))
    before, array = v.value, v.numpy()
    v.assign(f32(5, 6))
    np.testing.assert_array_equal(host(before), [1, 2])
    np.testing.assert_array_equal(array, [1, 2])
    array[:] = 9
    np.testing.assert_array_equal(v.numpy(), [5, 6])


def test_what_was_assigned_from_an_array_does_not_follow_it() -> None:
    v = Variable(f32(0, 0))
    host(v.value)
    source = f32(1, 2)
    v.assign(source)
    source[:] = 7
    np.testing.assert_array_equal(v.numpy(), [1, 2])


@pytest.mark.parametrize("dtype", ["float32", "int32", "int64", "bool"])
def test_an_array_lent_to_a_call_is_not_kept(dtype: str) -> None:
    room = np.zeros(4096 + 64, "uint8")
    start = -room.ctypes.data % 64  # where a framework could share the memory
    source = room[start:].view(dtype)[: 4096 // np.dtype(dtype).itemsize]
    source[:] = np.arange(len(source)) % 7
    expected = source.copy()
    last = Variable(np.zeros_like(source))

    def fn(x: Any) -> Any:
        last.assign(x)
        return x[:2]

    step = Staged(fn, [last], backend.active(), borrows=True)
    np.testing.assert_array_equal(host(step(source)), expected[:2])
    source[:] = 0
    np.testing.assert_array_equal(last.numpy(), expected)


def test_staged_reads_and_writes_are_in_order() -> None:
    v = Variable(f32(1))

    def fn(x: Any) -> Any:
        old = v.value
        v.assign(old + x)
        new = v.value
        v.assign_add(x)
        return old, new, v.value

    step = stage(fn, [v])
    found = [host(t) for t in step(f32(10))]
    np.testing.assert_array_equal(found, [[1], [11], [21]])
    np.testing.assert_array_equal(v.numpy(), [21])
    kept = step(f32(1))
    step(f32(1))
    np.testing.assert_array_equal(host(kept[2]), [23])


def test_staged_outputs_do_not_share_memory_with_variables() -> None:
    v = Variable(f32(1, 2))
    step = stage(lambda: v.value, [v])
    out = step()
    v.assign(f32(3, 4))
    np.testing.assert_array_equal(host(out), [1, 2])


def test_swapping_two_variables() -> None:
    a, b = Variable(f32(1)), Variable(f32(2))

    def swap() -> Any:
        x, y = a.value, b.value
        a.assign(y)
        b.assign(x)
        return x

    stage(swap, [a, b])()
    assert (a.numpy()[0], b.numpy()[0]) == (2, 1)


def test_nested_arguments_and_results_with_holes() -> None:
    step = stage(lambda d, n: {"a": [d["x"] + 1, None], "b": d["y"]}, [])
    out = step({"x": f32(1), "y": f32(2)}, None)
    assert out["a"][1] is None
    np.testing.assert_array_equal(host(out["a"][0]), [2])


def test_a_new_shape_or_dtype_makes_a_new_program_and_the_old_one_stays() -> None:
    step = stage(lambda x: x * 2, [])
    for _ in range(2):
        step(f32(1, 2))
        step(f32(1, 2, 3))
        step(np.array([1, 2], "int32"))
    assert step.program_count == 3


def test_a_relaxed_batch_axis_needs_one_program() -> None:
    step = Staged(lambda x: ops.sum(x, axis=1), [], backend.active(), relax_batch=True)
    for rows in (1, 4, 7):
        np.testing.assert_allclose(host(step(np.ones((rows, 3), "float32"))), np.full(rows, 3.0))
    if "static-shapes" not in backend.active().capabilities:
        assert step.program_count == 1


def test_the_key_decides_when_to_compile_anew() -> None:
    state = {"factor": 2.0}
    step = Staged(lambda x: x * state["factor"], [], backend.active(), key=lambda: state["factor"])
    assert host(step(f32(1)))[0] == 2
    state["factor"] = 3.0
    assert host(step(f32(1)))[0] == 3


def test_writing_a_variable_outside_the_list_names_it_and_changes_nothing() -> None:
    mine, foreign = Variable(f32(0)), Variable(f32(0), name="foreign")

    def fn() -> Any:
        mine.assign(f32(1))
        foreign.assign(f32(1))
        return mine.value

    with pytest.raises(ValueError, match=r"foreign"):
        stage(fn, [mine])()
    assert mine.numpy()[0] == 0 and foreign.numpy()[0] == 0


def test_creating_a_variable_while_staging_says_where_to_do_it() -> None:
    with pytest.raises(RuntimeError, match=r"build"):
        stage(lambda: Variable(f32(1)).value, [])()


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_a_failure_while_tracing_changes_nothing(error: type[BaseException]) -> None:
    v = Variable(f32(1))
    fail = [True]

    def fn() -> Any:
        v.assign(f32(2))
        if fail[0]:
            raise error
        return v.value

    step = stage(fn, [v])
    with pytest.raises(error):
        step()
    np.testing.assert_array_equal(v.numpy(), [1])
    fail[0] = False
    step()
    np.testing.assert_array_equal(v.numpy(), [2])


def test_a_failure_while_running_changes_nothing() -> None:
    a, b = Variable(f32(1, 2, 3)), Variable(f32(0))

    def fn(x: Any) -> Any:
        b.assign_add(f32(1))
        a.assign(ops.reshape(a + x, (3,)))
        return a.value

    step = Staged(fn, [a, b], backend.active(), relax_batch=True)
    step(f32(1, 1, 1))
    with pytest.raises(Exception):  # noqa: B017 (each framework has its own)
        step(f32(1, 1, 1, 1))
    np.testing.assert_array_equal(a.numpy(), [2, 3, 4])
    np.testing.assert_array_equal(b.numpy(), [1])
    step(f32(1, 1, 1))
    np.testing.assert_array_equal(a.numpy(), [3, 4, 5])


def test_a_failure_at_commit_changes_nothing() -> None:
    a, b = Variable(f32(1)), Variable(f32(2))
    active = backend.active()
    with pytest.raises(Exception):  # noqa: B017
        active.write([(a.storage, active.tensor(f32(5))), (b.storage, active.tensor(np.ones((2, 2), "float32")))])
    np.testing.assert_array_equal([a.numpy()[0], b.numpy()[0]], [1, 2])


def _steps() -> tuple[StagedSteps, Variable, Variable]:
    table, total = Variable(np.arange(5, dtype="float32")), Variable(np.float32(0))

    def fn(x: Any) -> Any:
        total.assign_add(ops.sum(ops.take(table, x, axis=0)))
        table.assign(table * 2.0)
        return total.value

    return StagedSteps(fn, lambda: [table, total], backend.active()), table, total


@pytest.mark.parametrize("chunks", [[6], [1] * 6, [4, 2]])
def test_steps_do_not_depend_on_how_many_run_in_a_call(chunks: list[int]) -> None:
    steps, table, total = _steps()
    data = (backend.active().tensor(np.arange(12, dtype="int32") % 5),)
    order = np.random.default_rng(0).permutation(12).astype("int32").reshape(6, 2)
    done = 0
    for count in chunks:
        out = steps(order[done : done + count], data)
        done += count
    expected, rows = 0.0, np.arange(5.0)
    for row in order:
        expected += rows[row % 5].sum()
        rows = rows * 2
    np.testing.assert_allclose(host(out), expected)
    np.testing.assert_allclose(total.numpy(), expected)
    np.testing.assert_allclose(table.numpy(), rows)


def test_many_batches_in_a_call_give_what_single_calls_give() -> None:
    scale, count = Variable(f32(1, 2, 3)), Variable(np.int32(0))

    def fn(x: Any, y: Any) -> Any:
        count.assign_add(1)
        return {"a": ops.matmul(x, y) * scale, "b": (ops.cast(count.value, "float32") * ops.sum(x, -1), x)}

    batches = StagedBatches(fn, lambda: [count], backend.active(), 4)
    x, y = np.arange(24, dtype="float32").reshape(12, 2), np.ones((12, 2, 3), "float32")
    x, y = x[:, None], y * np.arange(3, dtype="float32")
    run = batches.prepare(3, (x, y))
    if run is None:
        return
    for first, steps in ((0, 4), (3, 2), (1, 3), (0, 1)):
        before = int(count.numpy())
        found = run(first, steps)
        assert int(count.numpy()) == before + steps and batches.program_count == 1
        rows = np.arange(first, first + 3 * steps).reshape(steps, 3)
        np.testing.assert_allclose(host(found["a"])[:steps], (x[rows] @ y[rows]) * f32(1, 2, 3), rtol=1e-6)
        numbers = np.arange(before + 1, before + 1 + steps)[:, None, None]
        np.testing.assert_allclose(host(found["b"][0])[:steps], numbers * x[rows].sum(-1), rtol=1e-6)
        np.testing.assert_array_equal(host(found["b"][1])[:steps], x[rows])


def test_a_failing_step_leaves_a_whole_number_of_steps() -> None:
    steps, table, total = _steps()
    rows = np.array([0, 1, 2, 99, 4], "int32")
    data = (backend.active().tensor(rows),)
    try:
        steps(np.arange(5, dtype="int32").reshape(5, 1), data)
    except Exception:
        done = int(np.log2(table.numpy()[1]))
        assert done <= 3
        np.testing.assert_allclose(total.numpy(), sum(r * 2.0**k for k, r in enumerate(rows[:done])))
    else:  # an index out of range is clipped or gives a number: nothing was interrupted
        assert table.numpy()[1] == 32
    steps(np.zeros((1, 1), "int32"), data)


def test_reading_threads_do_not_disturb_each_other() -> None:
    v = Variable(f32(1, 2, 3))
    step = Staged(lambda x: ops.sum(v * x), [], backend.active(), relax_batch=False)
    host(step(f32(1, 1, 1)))
    wrong: list[Any] = []

    def work(factor: float) -> None:
        for _ in range(50):
            found = float(host(step(np.full(3, factor, "float32"))))
            if found != 6 * factor:
                wrong.append((factor, found))

    threads = [threading.Thread(target=work, args=(float(k),)) for k in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_trace_is_of_its_thread() -> None:
    v = Variable(f32(1))
    seen: list[Any] = []

    def fn() -> Any:
        v.assign(f32(9))
        thread = threading.Thread(target=lambda: seen.append(v.numpy()[0]))
        thread.start()
        thread.join()
        return v.value

    stage(fn, [v])()
    assert seen[0] == 1 and v.numpy()[0] == 9
