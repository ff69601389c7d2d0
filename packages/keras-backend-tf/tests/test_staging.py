import gc
import threading
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf import BACKEND, staging
from keras_core import Spec, Variable, gradients, ops


def _rows(*values: float) -> Any:
    return tf.constant(values, tf.float32)


class Model:
    """A dense layer with momentum, and how often it was traced and stepped."""

    def __init__(self) -> None:
        self.w = Variable(np.array([[1.0], [-1.0]], "float32"))
        self.speed = Variable(np.zeros((2, 1), "float32"))
        self.rate = Variable(0.1)
        self.steps = Variable(0)
        self.traced = 0
        self.variables = [self.w, self.speed, self.rate, self.steps]

    def step(self, x: Any, y: Any) -> list[Any]:
        self.traced += 1
        loss, (grad,) = gradients(lambda: ops.mean(ops.square(ops.subtract(ops.matmul(x, self.w), y))), [self.w])
        self.speed.assign(self.speed * 0.9 + grad)
        self.w.assign(self.w - self.rate * self.speed)
        self.steps.assign_add(1)
        return [loss, self.steps.value]


def _numpy_steps(x: np.ndarray, y: np.ndarray, order: np.ndarray) -> tuple[np.ndarray, float]:
    w, speed, loss = np.array([[1.0], [-1.0]]), np.zeros((2, 1)), 0.0
    for rows in order:
        error = x[rows] @ w - y[rows]
        loss = float(np.mean(error**2))
        speed = speed * 0.9 + 2 * x[rows].T @ error / len(rows)
        w = w - 0.1 * speed
    return w, loss


@pytest.fixture
def data() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(12, 2)).astype("float32")
    return x, x @ np.array([[2.0], [3.0]], "float32"), rng.permutation(12).astype("int32").reshape(4, 3)


SIGNATURE = [Spec((3, 2)), Spec((3, 1))]


@pytest.mark.parametrize("jit", [False, True])
def test_single_steps_follow_numpy(data: Any, jit: bool) -> None:
    x, y, order = data
    model = Model()
    step = BACKEND.stage(model.step, model.variables, SIGNATURE, jit)
    for rows in order:
        loss, count = step(tf.constant(x[rows]), tf.constant(y[rows]))
    w, expected = _numpy_steps(x, y, order)
    np.testing.assert_allclose(model.w.numpy(), w, rtol=1e-5)
    np.testing.assert_allclose(loss, expected, rtol=1e-5)
    assert (int(count), model.traced) == (4, 1)


@pytest.mark.parametrize("jit", [False, True, None])
def test_steps_in_one_call_follow_numpy_and_need_one_trace(data: Any, jit: bool | None) -> None:
    x, y, order = data
    model = Model()
    steps = BACKEND.stage_steps(model.step, model.variables, SIGNATURE, jit)
    for part in (order[:1], order[1:]):
        loss, count = steps(tf.constant(part), tf.constant(x), tf.constant(y))
    w, expected = _numpy_steps(x, y, order)
    np.testing.assert_allclose(model.w.numpy(), w, rtol=1e-5)
    np.testing.assert_allclose(loss, expected, rtol=1e-5)
    assert (int(count), model.traced) == (4, 1)
    assert float(model.rate.numpy()) == pytest.approx(0.1)


def test_batches_of_another_size_share_the_program(data: Any) -> None:
    x, y, _ = data
    model = Model()
    steps = BACKEND.stage_steps(model.step, model.variables, [Spec((None, 2)), Spec((None, 1))], False)
    for part in ([[0, 1, 2, 3], [4, 5, 6, 7]], [[0, 1]]):
        steps(tf.constant(part), tf.constant(x), tf.constant(y))
    both, _ = _numpy_steps(x, y, np.array([[0, 1, 2, 3], [4, 5, 6, 7]]))
    assert np.abs(model.w.numpy() - both).max() > 1e-3
    assert (int(model.steps.numpy()), model.traced) == (3, 1)
    alone = Model()
    one = BACKEND.stage_steps(alone.step, alone.variables, [Spec((None, 2)), Spec((None, 1))], False)
    one(tf.constant([[0, 1, 2, 3], [4, 5, 6, 7]]), tf.constant(x), tf.constant(y))
    np.testing.assert_allclose(alone.w.numpy(), both, rtol=1e-5)


def test_no_steps_change_nothing(data: Any) -> None:
    x, y, order = data
    model = Model()
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


def _xla_programs(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    seen: list[bool] = []
    compiled = staging._compiled

    def noted(body: Any, specs: Any, xla: bool) -> Any:
        seen.extend([True] * xla)
        return compiled(body, specs, xla)

    monkeypatch.setattr(staging, "_compiled", noted)
    return seen


def _eager_for_xla(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    monkeypatch.setattr(staging, "_PLAIN_STEPS", 0)
    return _xla_programs(monkeypatch)


def test_xla_takes_over_at_a_fixed_step(monkeypatch: pytest.MonkeyPatch, data: Any) -> None:
    x, y, order = data
    monkeypatch.setattr(staging, "_PLAIN_STEPS", 2)
    expected = _numpy_steps(x, y, order)[0]
    for chunks in ((4,), (1, 1, 1, 1), (3, 1)):
        seen = _xla_programs(monkeypatch)
        model = Model()
        steps = BACKEND.stage_steps(model.step, model.variables, SIGNATURE, None, frozenset({"matmul"}))
        done = 0
        for count in chunks:
            steps(tf.constant(order[done : done + count]), tf.constant(x), tf.constant(y))
            done += count
            assert seen == ([True] if done > 2 else [])
        np.testing.assert_allclose(model.w.numpy(), expected, rtol=1e-5)
        assert int(model.steps.numpy()) == 4


@pytest.mark.parametrize(("jit", "ops_seen"), [(None, {"matmul", "conv"}), (False, {"matmul"})])
def test_xla_is_not_tried_where_it_loses(
    monkeypatch: pytest.MonkeyPatch, data: Any, jit: bool | None, ops_seen: set[str]
) -> None:
    x, y, order = data
    seen = _eager_for_xla(monkeypatch)
    model = Model()
    steps = BACKEND.stage_steps(model.step, model.variables, SIGNATURE, jit, frozenset(ops_seen))
    for row in order:
        steps(tf.constant(row[None]), tf.constant(x), tf.constant(y))
    assert seen == []


def test_xla_is_not_tried_without_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = _eager_for_xla(monkeypatch)
    steps = BACKEND.stage_steps(lambda x: [x * 2.0], [], [Spec((2,))], None, frozenset({"multiply"}))
    for _ in range(3):
        steps(tf.constant([[0, 1]]), _rows(1, 2))
    assert seen == []


def test_convolutions_that_no_op_tells_of_are_seen_in_the_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = _eager_for_xla(monkeypatch)
    kernel = Variable(np.ones((2, 2, 1, 1), "float32"))

    def step(x: Any) -> list[Any]:
        loss, (grad,) = gradients(lambda: ops.sum(tf.nn.conv2d(x, kernel.value, 1, "VALID")), [kernel])
        kernel.assign(kernel - grad)
        return [loss]

    steps = BACKEND.stage_steps(step, [kernel], [Spec((1, 3, 3, 1))])
    for _ in range(3):
        steps(tf.constant([[0]]), tf.ones((1, 3, 3, 1)))
    assert seen == []


def test_what_xla_cannot_compile_runs_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = _eager_for_xla(monkeypatch)
    v = Variable(0.0)

    def step(x: Any) -> list[Any]:
        total = tf.reshape(tf.numpy_function(np.sum, [x], tf.float32), ())
        loss, (grad,) = gradients(lambda: ops.sum(total * v), [v])
        v.assign(v + grad)
        return [loss]

    steps = BACKEND.stage_steps(step, [v], [Spec((2,))])
    for _ in range(4):
        steps(tf.constant([[0, 1]]), _rows(1, 2))
    assert seen == [True]
    assert float(v.numpy()) == 12


def test_xla_takes_over_single_steps_too(monkeypatch: pytest.MonkeyPatch, data: Any) -> None:
    x, y, order = data
    monkeypatch.setattr(staging, "_PLAIN_STEPS", 2)
    model = Model()
    seen = _xla_programs(monkeypatch)
    step = BACKEND.stage(model.step, model.variables, [Spec((None, 2)), Spec((None, 1))], None, frozenset({"matmul"}))
    for done, rows in enumerate(order, 1):
        loss, _ = step(tf.constant(x[rows]), tf.constant(y[rows]))
        assert seen == ([True] if done > 2 else [])
    w, expected = _numpy_steps(x, y, order)
    np.testing.assert_allclose(model.w.numpy(), w, rtol=1e-5)
    np.testing.assert_allclose(loss, expected, rtol=1e-5)
    step(tf.constant(x[:2]), tf.constant(y[:2]))  # another size counts for itself
    assert (seen, int(model.steps.numpy())) == ([True], 5)


def test_only_so_many_sizes_are_compiled_by_xla(monkeypatch: pytest.MonkeyPatch, data: Any) -> None:
    x, y, _ = data
    seen = _eager_for_xla(monkeypatch)
    monkeypatch.setattr(staging, "_SIZES", 2)
    model = Model()
    step = BACKEND.stage(model.step, model.variables, [Spec((None, 2)), Spec((None, 1))], None, frozenset({"matmul"}))
    for size in (1, 2, 3, 4, 3, 2, 1):
        step(tf.constant(x[:size]), tf.constant(y[:size]))
    assert (seen, int(model.steps.numpy())) == ([True, True], 7)


@pytest.mark.parametrize(("ops_seen", "expected"), [({"scan"}, [True]), ({"matmul"}, [])])
def test_without_gradients_only_loops_are_compiled(
    monkeypatch: pytest.MonkeyPatch, ops_seen: set[str], expected: list[bool]
) -> None:
    monkeypatch.setattr(staging, "_PLAIN_CALLS", 2)
    seen = _xla_programs(monkeypatch)

    def last_sum(x: Any) -> list[Any]:
        return [ops.scan(lambda total, row: (total + row, total), ops.zeros_like(x[:, 0]), ops.swapaxes(x, 0, 1))[0]]

    call = BACKEND.stage(last_sum, [], [Spec((None, 3, 2))], None, frozenset(ops_seen))
    x = np.arange(12.0, dtype="float32").reshape(2, 3, 2)[:1]
    for _ in range(4):
        np.testing.assert_array_equal(call(tf.constant(x))[0], x.sum(1))
    assert seen == expected


def test_a_single_step_that_xla_refuses_runs_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = _eager_for_xla(monkeypatch)
    v = Variable(0.0)

    def step(x: Any) -> list[Any]:
        total = tf.reshape(tf.numpy_function(np.sum, [x], tf.float32), ())
        loss, (grad,) = gradients(lambda: ops.sum(total * v), [v])
        v.assign(v + grad)
        return [loss]

    call = BACKEND.stage(step, [v], [Spec((2,))], None, frozenset({"multiply"}))
    for _ in range(4):
        call(_rows(1, 2))
    assert seen == [True]
    assert float(v.numpy()) == 12


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


def test_dropped_programs_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    dropped: list[int] = []
    monkeypatch.setattr(staging, "_forget_one", lambda: dropped.append(1))  # of the programs staged from here on
    kept = BACKEND.stage(lambda x: [x + 1.0], [], [Spec((2,))])
    kept(_rows(1, 2))
    for _ in range(6):
        BACKEND.stage(lambda x: [x * 2.0], [], [Spec((2,))])(_rows(1, 2))
    while gc.collect():
        pass
    assert len(dropped) == 6


def test_dropped_programs_leave_no_kernels_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    cleared: list[int] = []
    clear = staging.context.context().clear_kernel_cache
    monkeypatch.setattr(type(staging.context.context()), "clear_kernel_cache", lambda _: (cleared.append(1), clear()))
    kept = BACKEND.stage(lambda x: [x + 1.0], [], [Spec((2,))])
    kept(_rows(1, 2))
    gc.disable()  # programs that other tests dropped must not be counted now
    try:
        monkeypatch.setattr(staging, "_KEPT", 3)
        monkeypatch.setattr(staging, "_dropped", 0)
        for _ in range(7):
            staging._forget_one()
    finally:
        gc.enable()
    assert len(cleared) == 2
    np.testing.assert_array_equal(kept(_rows(1, 2))[0], [2, 3])
