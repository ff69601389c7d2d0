import threading
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf import BACKEND
from keras_core import Spec, Staged, Variable, gradients, ops


def _rows(*values: float) -> Any:
    return tf.constant(values, tf.float32)


SIGNATURE = [Spec((3, 2)), Spec((3, 1))]


@pytest.mark.parametrize("jit", [False, True])
def test_single_steps_follow_numpy(data: Any, jit: bool, step_model: Any, numpy_steps: Any) -> None:
    x, y, order = data
    model = step_model()
    step = BACKEND.stage(model.step, model.variables, SIGNATURE, jit)
    for rows in order:
        loss, count = step(tf.constant(x[rows]), tf.constant(y[rows]))
    w, expected = numpy_steps(x, y, order)
    np.testing.assert_allclose(model.w.numpy(), w, rtol=1e-5)
    np.testing.assert_allclose(loss, expected, rtol=1e-5)
    assert (int(count), model.traced) == (4, 1)


@pytest.mark.parametrize("jit", [False, True, None])
def test_steps_in_one_call_follow_numpy_and_need_one_trace(
    data: Any, jit: bool | None, step_model: Any, numpy_steps: Any
) -> None:
    x, y, order = data
    model = step_model()
    steps = BACKEND.stage_steps(model.step, model.variables, SIGNATURE, jit)
    for part in (order[:1], order[1:]):
        loss, count = steps(tf.constant(part), tf.constant(x), tf.constant(y))
    w, expected = numpy_steps(x, y, order)
    np.testing.assert_allclose(model.w.numpy(), w, rtol=1e-5)
    np.testing.assert_allclose(loss, expected, rtol=1e-5)
    assert (int(count), model.traced) == (4, 1)
    assert float(model.rate.numpy()) == pytest.approx(0.1)


def test_batches_of_another_size_share_the_program(data: Any, step_model: Any, numpy_steps: Any) -> None:
    x, y, _ = data
    model = step_model()
    steps = BACKEND.stage_steps(model.step, model.variables, [Spec((None, 2)), Spec((None, 1))], False)
    for part in ([[0, 1, 2, 3], [4, 5, 6, 7]], [[0, 1]]):
        steps(tf.constant(part), tf.constant(x), tf.constant(y))
    both, _ = numpy_steps(x, y, np.array([[0, 1, 2, 3], [4, 5, 6, 7]]))
    assert np.abs(model.w.numpy() - both).max() > 1e-3
    assert (int(model.steps.numpy()), model.traced) == (3, 1)
    alone = step_model()
    one = BACKEND.stage_steps(alone.step, alone.variables, [Spec((None, 2)), Spec((None, 1))], False)
    one(tf.constant([[0, 1, 2, 3], [4, 5, 6, 7]]), tf.constant(x), tf.constant(y))
    np.testing.assert_allclose(alone.w.numpy(), both, rtol=1e-5)


def test_no_steps_change_nothing(data: Any, step_model: Any) -> None:
    x, y, order = data
    model = step_model()
    steps = BACKEND.stage_steps(model.step, model.variables, SIGNATURE, False)
    steps(tf.constant(order[:0]), tf.constant(x), tf.constant(y))
    np.testing.assert_array_equal(model.w.numpy(), [[1], [-1]])


def test_outputs_of_the_last_step_may_have_an_open_size() -> None:
    steps = BACKEND.stage_steps(lambda x: [x * 2.0], [], [Spec((None, 1))], False)
    x = tf.constant(np.arange(5.0, dtype="float32")[:, None])
    (out,) = steps(tf.constant([[0, 1], [3, 4]]), x)
    np.testing.assert_array_equal(out, [[6], [8]])


@pytest.mark.parametrize("jit", [False, True])
def test_steps_of_a_recurrent_layer(jit: bool) -> None:
    """A loop in the loop, with gradients: XLA must know the lengths of the lists that it keeps."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4, 3, 2)).astype("float32")
    w = Variable(np.array([[0.5, -0.3], [0.2, 0.1]], "float32"))

    def step(rows: Any) -> list[Any]:
        def loss() -> Any:
            _, outputs = ops.scan(
                lambda h, row: (ops.tanh(ops.matmul(h, w) + row),) * 2, ops.zeros((2, 2)), ops.swapaxes(rows, 0, 1)
            )
            return ops.sum(outputs)

        value, (grad,) = gradients(loss, [w])
        w.assign(w - grad)
        return [value]

    def total(kernel: np.ndarray, rows: np.ndarray) -> float:
        h, result = np.zeros((2, 2)), 0.0
        for k in range(3):
            h = np.tanh(h @ kernel + rows[:, k])
            result += h.sum()
        return result

    kernel = w.numpy().astype("float64")
    order = np.array([[0, 2], [1, 3]], "int32")
    (last,) = BACKEND.stage_steps(step, [w], [Spec((2, 3, 2))], jit)(tf.constant(order), tf.constant(x))
    for rows in order:
        expected = total(kernel, x[rows])
        slope = np.zeros((2, 2))
        for place in np.ndindex(2, 2):
            nudge = np.zeros((2, 2))
            nudge[place] = 1e-5
            slope[place] = (total(kernel + nudge, x[rows]) - total(kernel - nudge, x[rows])) / 2e-5
        kernel = kernel - slope
    np.testing.assert_allclose(last, expected, rtol=1e-4)
    np.testing.assert_allclose(w.numpy(), kernel, rtol=1e-4, atol=1e-5)


def _with_a_failure(work: Any) -> tuple[Any, list[Variable]]:
    good, bad = Variable(0.0), Variable(0.0)

    def fn(x: Any) -> list[Any]:
        good.assign_add(1.0)
        work(bad, x)
        return []

    return fn, [good, bad]


def _gather(bad: Variable, x: Any) -> None:
    bad.assign_add(ops.sum(ops.take(_rows(0, 1, 2), ops.cast(x, "int32"), axis=0)))


def _loop(bad: Variable, x: Any) -> None:
    """Only one of the loop's results fails."""
    row = ops.cast(x[0], "int32")
    _, sums = ops.while_loop(
        lambda k, _: ops.less(k, 3), lambda k, s: (k + 1, s + ops.take(_rows(0, 1, 2), row, 0)), (0, 0.0)
    )
    bad.assign(sums)


def _check(bad: Variable, x: Any) -> None:
    """A side effect that no result depends on."""
    tf.debugging.Assert(tf.reduce_all(x < 3), [x])


@pytest.mark.parametrize("work", [_gather, _loop, _check])
def test_a_failure_while_running_changes_nothing(work: Any) -> None:
    fn, variables = _with_a_failure(work)
    step = BACKEND.stage(fn, variables, [Spec((2,))])
    with pytest.raises(tf.errors.InvalidArgumentError):
        step(_rows(9, 9))
    assert [float(v.numpy()) for v in variables] == [0, 0]
    step(_rows(1, 1))
    assert float(variables[0].numpy()) == 1


@pytest.mark.parametrize("work", [_gather, _check])
@pytest.mark.parametrize("place", [0, 3, 5])
def test_a_failure_in_a_step_keeps_none(work: Any, place: int) -> None:
    fn, variables = _with_a_failure(work)
    steps = BACKEND.stage_steps(fn, variables, [Spec((1,))], False)
    rows = np.ones(6, "float32")
    rows[place] = 9
    with pytest.raises(tf.errors.InvalidArgumentError):
        steps(tf.constant(np.arange(6, dtype="int32")[:, None]), tf.constant(rows))
    assert [float(v.numpy()) for v in variables] == [0, 0]


def test_variables_that_are_not_written_are_read_anew_in_each_call() -> None:
    scale = Variable(2.0)
    single = BACKEND.stage(lambda x: [x * scale.value], [], [Spec((2,))])
    many = BACKEND.stage_steps(lambda x: [x * scale.value], [], [Spec((2,))], False)
    for factor in (2, 5):
        scale.assign(float(factor))
        np.testing.assert_allclose(single(_rows(1, 2))[0], [factor, 2 * factor])
        np.testing.assert_allclose(many(tf.constant([[0, 1]]), _rows(1, 2))[0], [factor, 2 * factor])


def test_a_value_of_another_shape_is_refused_at_run_time() -> None:
    v = Variable(np.zeros(2, "float32"))

    def fn(x: Any) -> list[Any]:
        v.assign(x)
        return []

    step = BACKEND.stage(fn, [v], [Spec((None,))])
    with pytest.raises(tf.errors.InvalidArgumentError):
        step(_rows(1, 2, 3))
    step(_rows(1, 2))
    np.testing.assert_array_equal(v.numpy(), [1, 2])


def test_calls_from_several_threads() -> None:
    v = Variable(3.0)
    step = BACKEND.stage(lambda x: [x * v.value], [], [Spec((2,))])
    wrong: list[Any] = []

    def work(k: int) -> None:
        for _ in range(100):
            if step(_rows(k, k))[0].numpy().tolist() != [3.0 * k] * 2:
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("size", [3, None])
def test_a_fused_function_is_one_compiled_op_of_a_graph(size: int | None) -> None:
    fused = BACKEND.fused(lambda x, y: [ops.multiply(ops.add(x, y), 2.0), ops.sum(x)])

    @tf.function(input_signature=[tf.TensorSpec((size,), tf.float32)])
    def outer(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            both, total = fused(x, tf.ones_like(x))
        return both, total, tape.gradient(both, x)

    both, total, slope = outer(_rows(1, 2, 3))
    np.testing.assert_array_equal(both, [4, 6, 8])
    np.testing.assert_array_equal(slope, [2, 2, 2])
    assert float(total) == 6
    calls = [op for op in outer.get_concrete_function().graph.get_operations() if op.type.endswith("PartitionedCall")]
    assert any(op.get_attr("_XlaMustCompile") for op in calls)


def test_a_program_first_made_inside_a_graph_serves_others() -> None:
    staged = Staged(lambda x: ops.add(x, 1.0), [], BACKEND)
    for _ in range(2):
        found = tf.function(lambda: staged(_rows(1, 2)))()
        np.testing.assert_array_equal(found, [2, 3])
    np.testing.assert_array_equal(staged(_rows(5, 6)), [6, 7])


def test_whether_rows_of_a_large_variable_are_written_is_found_once() -> None:
    """When its loop is traced, once for each size of batch."""
    large, traces = Variable(np.zeros((2**18, 16), "float32")), []

    def step(x: Any) -> list[Any]:
        traces.append(x.shape)
        large.assign(large.value + ops.sum(x))
        return [ops.sum(x)]

    steps = BACKEND.stage_steps(step, [large], [Spec((None,))], True)
    for size in (1, 2):
        steps(np.arange(size, dtype="int32")[None], tf.ones(2))
    assert len(traces) == 2
    assert float(large.numpy()[0, 0]) == 3
