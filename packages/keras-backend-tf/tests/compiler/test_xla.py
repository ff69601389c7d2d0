"""When XLA takes over."""

import threading
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf import BACKEND
from keras_backend_tf.compiler import programs, xla
from keras_core import Spec, Variable, gradients, ops

SIGNATURE = [Spec((3, 2)), Spec((3, 1))]


def _rows(*values: float) -> Any:
    return tf.constant(values, tf.float32)


def _xla_programs(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The programs given to XLA from now on."""
    seen: list[Any] = []
    compiled = programs.compiled

    def noted(program: Any, specs: Any) -> Any:
        seen.append(program)
        return compiled(program, specs)

    monkeypatch.setattr(programs, "compiled", noted)
    return seen


def _compiling_at_once(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.setattr(xla, "_UNCOMPILED_STEPS", 0)
    return _xla_programs(monkeypatch)


def test_xla_takes_over_at_a_fixed_step(
    monkeypatch: pytest.MonkeyPatch, data: Any, step_model: Any, numpy_steps: Any
) -> None:
    x, y, order = data
    monkeypatch.setattr(xla, "_UNCOMPILED_STEPS", 2)
    monkeypatch.setattr(xla, "_BESIDE", 0)
    expected = numpy_steps(x, y, order)[0]
    for chunks in ((4,), (1, 1, 1, 1), (3, 1)):
        seen = _xla_programs(monkeypatch)
        model = step_model()
        steps = BACKEND.stage_steps(model.step, model.variables, SIGNATURE, None, frozenset({"matmul"}))
        done = 0
        for count in chunks:
            steps(tf.constant(order[done : done + count]), tf.constant(x), tf.constant(y))
            done += count
            assert len(seen) == (done > 2)
        np.testing.assert_allclose(model.w.numpy(), expected, rtol=1e-5)
        assert int(model.steps.numpy()) == 4


def _rehearsals(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The threads in which programs are compiled beside others from now on."""
    seen: list[str] = []
    rehearse = programs.Caller.rehearse

    def noted(self: Any, *given: Any) -> None:
        rehearse(self, *given)
        seen.append(threading.current_thread().name)

    monkeypatch.setattr(programs.Caller, "rehearse", noted)
    return seen


@pytest.mark.parametrize("chunks", [(6,), (1, 1, 1, 1, 1, 1), (3, 3)])
def test_xla_compiles_beside_steps(
    monkeypatch: pytest.MonkeyPatch, data: Any, step_model: Any, numpy_steps: Any, chunks: tuple[int, ...]
) -> None:
    x, y, order = data
    order = np.concatenate([order, order[:2]])
    monkeypatch.setattr(xla, "_UNCOMPILED_STEPS", 2)
    monkeypatch.setattr(xla, "_BESIDE", 3)
    begun, rehearsed, model = _xla_programs(monkeypatch), _rehearsals(monkeypatch), step_model()
    waited: list[float] = []
    monkeypatch.setattr(xla, "_tell", waited.append)
    steps = BACKEND.stage_steps(model.step, model.variables, SIGNATURE, None, frozenset({"matmul"}))
    done = 0
    for count in chunks:
        steps(tf.constant(order[done : done + count]), tf.constant(x), tf.constant(y))
        done += count
        assert (len(begun), len(waited)) == (done > 2, done > 5)
    assert rehearsed == ["keras-xla"]
    np.testing.assert_allclose(model.w.numpy(), numpy_steps(x, y, order)[0], rtol=1e-5)
    assert int(model.steps.numpy()) == 6


def test_xla_compiles_beside_single_steps(
    monkeypatch: pytest.MonkeyPatch, data: Any, step_model: Any, numpy_steps: Any
) -> None:
    x, y, order = data
    monkeypatch.setattr(xla, "_UNCOMPILED_STEPS", 1)
    monkeypatch.setattr(xla, "_BESIDE", 2)
    rehearsed, model = _rehearsals(monkeypatch), step_model()
    step = BACKEND.stage(model.step, model.variables, [Spec((None, 2)), Spec((None, 1))], None, frozenset({"matmul"}))
    for rows in order:
        step(tf.constant(x[rows]), tf.constant(y[rows]))
    assert rehearsed == ["keras-xla"]
    np.testing.assert_allclose(model.w.numpy(), numpy_steps(x, y, order)[0], rtol=1e-5)
    assert int(model.steps.numpy()) == 4


@pytest.mark.parametrize(("kind", "loops"), [("matmul", True), ("conv", False)])
def test_xla_compiles_steps_where_its_loops_are_slow(
    monkeypatch: pytest.MonkeyPatch, data: Any, step_model: Any, numpy_steps: Any, kind: str, loops: bool
) -> None:
    x, y, order = data
    seen = _xla_programs(monkeypatch)
    model = step_model()
    steps = BACKEND.stage_steps(model.step, model.variables, SIGNATURE, True, frozenset({kind}))
    steps(tf.constant(order), tf.constant(x), tf.constant(y))
    np.testing.assert_allclose(model.w.numpy(), numpy_steps(x, y, order)[0], rtol=1e-5)
    (program,) = seen
    assert any("While" in op.type for op in program.graph.get_operations()) is loops


@pytest.mark.parametrize(("jit", "ops_seen"), [(None, {"matmul", "conv"}), (False, {"matmul"})])
def test_xla_is_not_tried_where_it_loses(
    monkeypatch: pytest.MonkeyPatch, data: Any, jit: bool | None, ops_seen: set[str], step_model: Any
) -> None:
    x, y, order = data
    seen = _compiling_at_once(monkeypatch)
    model = step_model()
    steps = BACKEND.stage_steps(model.step, model.variables, SIGNATURE, jit, frozenset(ops_seen))
    for row in order:
        steps(tf.constant(row[None]), tf.constant(x), tf.constant(y))
    assert seen == []


def test_xla_is_not_tried_without_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = _compiling_at_once(monkeypatch)
    steps = BACKEND.stage_steps(lambda x: [x * 2.0], [], [Spec((2,))], None, frozenset({"multiply"}))
    for _ in range(3):
        steps(tf.constant([[0, 1]]), _rows(1, 2))
    assert seen == []


def test_convolutions_that_no_op_tells_of_are_seen_in_the_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = _compiling_at_once(monkeypatch)
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
    seen = _compiling_at_once(monkeypatch)
    v = Variable(0.0)

    def step(x: Any) -> list[Any]:
        total = tf.reshape(tf.numpy_function(np.sum, [x], tf.float32), ())
        loss, (grad,) = gradients(lambda: ops.sum(total * v), [v])
        v.assign(v + grad)
        return [loss]

    steps = BACKEND.stage_steps(step, [v], [Spec((2,))])
    for _ in range(4):
        steps(tf.constant([[0, 1]]), _rows(1, 2))
    assert len(seen) == 1
    assert float(v.numpy()) == 12


def test_xla_takes_over_single_steps_too(
    monkeypatch: pytest.MonkeyPatch, data: Any, step_model: Any, numpy_steps: Any
) -> None:
    x, y, order = data
    monkeypatch.setattr(xla, "_UNCOMPILED_STEPS", 2)
    monkeypatch.setattr(xla, "_BESIDE", 0)
    model = step_model()
    seen = _xla_programs(monkeypatch)
    step = BACKEND.stage(model.step, model.variables, [Spec((None, 2)), Spec((None, 1))], None, frozenset({"matmul"}))
    for done, rows in enumerate(order, 1):
        loss, _ = step(tf.constant(x[rows]), tf.constant(y[rows]))
        assert len(seen) == (done > 2)
    w, expected = numpy_steps(x, y, order)
    np.testing.assert_allclose(model.w.numpy(), w, rtol=1e-5)
    np.testing.assert_allclose(loss, expected, rtol=1e-5)
    step(tf.constant(x[:2]), tf.constant(y[:2]))  # another size counts for itself
    assert (len(seen), int(model.steps.numpy())) == (1, 5)


def test_only_so_many_sizes_are_compiled_by_xla(monkeypatch: pytest.MonkeyPatch, data: Any, step_model: Any) -> None:
    x, y, _ = data
    seen = _compiling_at_once(monkeypatch)
    monkeypatch.setattr("keras_core.backend.toolkit.deferred._KINDS", 2)
    model = step_model()
    step = BACKEND.stage(model.step, model.variables, [Spec((None, 2)), Spec((None, 1))], None, frozenset({"matmul"}))
    for size in (1, 2, 3, 4, 3, 2, 1):
        step(tf.constant(x[:size]), tf.constant(y[:size]))
    assert (len(seen), int(model.steps.numpy())) == (2, 7)


@pytest.mark.parametrize(("ops_seen", "expected"), [({"scan"}, 1), ({"matmul"}, 0)])
def test_without_gradients_only_loops_are_compiled(
    monkeypatch: pytest.MonkeyPatch, ops_seen: set[str], expected: int
) -> None:
    monkeypatch.setattr(xla, "UNCOMPILED_CALLS", 2)
    monkeypatch.setattr(xla, "_BESIDE", 0)
    seen = _xla_programs(monkeypatch)

    def last_sum(x: Any) -> list[Any]:
        return [ops.scan(lambda total, row: (total + row, total), ops.zeros_like(x[:, 0]), ops.swapaxes(x, 0, 1))[0]]

    call = BACKEND.stage(last_sum, [], [Spec((None, 3, 2))], None, frozenset(ops_seen))
    x = np.arange(12.0, dtype="float32").reshape(2, 3, 2)[:1]
    for _ in range(4):
        np.testing.assert_array_equal(call(tf.constant(x))[0], x.sum(1))
    assert len(seen) == expected


@pytest.mark.parametrize("after", [0, 1])
def test_a_single_step_that_xla_refuses_runs_once(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    monkeypatch.setattr(xla, "_UNCOMPILED_STEPS", after)
    monkeypatch.setattr(xla, "_BESIDE", 1)  # of those that are compiled at once, none
    seen, v = _xla_programs(monkeypatch), Variable(0.0)

    def step(x: Any) -> list[Any]:
        total = tf.reshape(tf.numpy_function(np.sum, [x], tf.float32), ())
        loss, (grad,) = gradients(lambda: ops.sum(total * v), [v])
        v.assign(v + grad)
        return [loss]

    call = BACKEND.stage(step, [v], [Spec((2,))], None, frozenset({"multiply"}))
    for _ in range(4):
        call(_rows(1, 2))
    assert len(seen) == 1
    assert float(v.numpy()) == 12


@pytest.mark.parametrize("told", [True, False])
def test_compiling_that_takes_long_is_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, told: bool
) -> None:
    _compiling_at_once(monkeypatch)
    monkeypatch.setattr(xla, "_LONG", 0.0 if told else 600.0)
    v = Variable(2.0)

    def step(x: Any) -> list[Any]:
        loss, (grad,) = gradients(lambda: ops.sum(x * v), [v])
        v.assign(v - grad)
        return [loss]

    call = BACKEND.stage(step, [v], [Spec((2,))], None, frozenset({"multiply"}))
    with caplog.at_level("WARNING", logger="keras"):
        for _ in range(3):
            call(_rows(1, 2))
    found = [record.getMessage() for record in caplog.records if record.name == "keras"]
    assert len(found) == told and all("to compile a program with XLA" in text for text in found)
