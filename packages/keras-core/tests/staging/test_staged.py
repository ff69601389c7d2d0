"""Functions over variables, compiled once for each kind of argument."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import Staged, Trace, Variable, backend, ops, stage
from keras_core.staging.staged import flatten_results
from keras_core.testing import StagedSteps

X = np.arange(6, dtype="float32").reshape(3, 2)


@pytest.fixture
def of() -> backend.Backend:
    return backend.active()


def test_nested_arguments_and_results(of: backend.Backend) -> None:
    def fn(pair: Any, missing: Any) -> Any:
        assert missing is None
        return {"sum": pair["a"] + pair["b"][0], "none": None, "pair": (pair["a"], pair["b"][0] * 2)}

    found = Staged(fn, [], of)({"a": X, "b": [X]}, None)
    np.testing.assert_array_equal(of.numpy(found["sum"]), 2 * X)
    assert found["none"] is None and isinstance(found["pair"], tuple)
    np.testing.assert_array_equal(of.numpy(found["pair"][1]), 2 * X)


def test_one_program_for_each_kind(of: backend.Backend) -> None:
    staged = Staged(lambda x: x * 2, [], of)
    for x in (X, X + 1, X.astype("float64"), X[:2]):
        np.testing.assert_array_equal(of.numpy(staged(x)), x * 2)
    assert staged.program_count == 3
    staged.clear()
    assert staged.program_count == 0


def test_the_number_of_samples_may_vary_where_shapes_may(of: backend.Backend) -> None:
    staged = Staged(lambda x: ops.sum(x, axis=-1), [], of, relax_batch=True)
    for x in (X, X[:2], X[:1]):
        np.testing.assert_array_equal(of.numpy(staged(x)), x.sum(-1))
    assert staged.program_count == (3 if "static-shapes" in of.capabilities else 1)


def test_the_key_tells_programs_apart(of: backend.Backend) -> None:
    factor = [2.0]
    staged = Staged(lambda x: x * factor[0], [], of, key=lambda: factor[0])
    np.testing.assert_array_equal(of.numpy(staged(X)), X * 2)
    factor[0] = 3.0
    np.testing.assert_array_equal(of.numpy(staged(X)), X * 3)
    assert staged.program_count == 2


def test_what_is_written_is_kept(of: backend.Backend) -> None:
    total = Variable(np.zeros(2, "float32"))

    def add(x: Any) -> Any:
        total.assign_add(ops.sum(x, axis=0))
        return total  # a variable stands for its value

    staged = stage(add, [total])
    np.testing.assert_array_equal(of.numpy(staged(X)), X.sum(0))
    np.testing.assert_array_equal(of.numpy(staged(X)), 2 * X.sum(0))
    np.testing.assert_array_equal(total.numpy(), 2 * X.sum(0))


def test_a_step_that_fails_writes_nothing() -> None:
    total = Variable(0.0)

    def fail() -> Any:
        total.assign(1.0)
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        stage(fail, [total])()
    assert float(total.numpy()) == 0


def test_inside_a_trace_it_is_a_part_of_the_outer_program(of: backend.Backend) -> None:
    seen: list[Any] = []
    staged = Staged(lambda x: seen.append(x), [], of)
    given = object()
    with Trace(of):
        staged(given)
    assert seen == [given] and staged.program_count == 0


def test_repeated_calls_with_the_prepared_program(of: backend.Backend) -> None:
    staged = Staged(lambda x, y: x + 1, [], of, borrows=True)
    _, program, results = staged.prepare((X, None))
    for x in (X, X * 3):
        np.testing.assert_array_equal(of.numpy(staged.repeat(program, results, [x, None])), x + 1)
    assert staged.program_count == 1


def test_it_runs_where_its_variables_are() -> None:
    with backend.use_backend("numpy"):
        v = Variable(2.0)
    staged = stage(lambda: v.value * 2, [v])
    assert staged.backend.name == "numpy" and float(staged()) == 4.0


def test_results_are_flattened_and_packed(of: backend.Backend) -> None:
    flat, pack = flatten_results({"a": [1.0, None], "b": Variable(3.0)}, of)
    assert [float(of.numpy(leaf)) for leaf in flat] == [1.0, 3.0]
    assert pack(["x", "y"]) == {"a": ["x", None], "b": "y"}
    (single,), pack = flatten_results(2.0, of)
    assert float(of.numpy(single)) == 2.0 and pack(["x"]) == "x"


def test_many_steps_are_those_of_single_calls(of: backend.Backend) -> None:
    total = Variable(np.zeros(2, "float32"))

    def step(x: Any, missing: Any) -> Any:
        assert missing is None
        total.assign(total.value * 2 + ops.sum(x, axis=0))
        return ops.sum(x)

    steps = StagedSteps(step, lambda: [total], of)
    rows = np.array([[0, 1], [2, 0]], "int32")
    last = steps(rows, (of.tensor(X), None))
    assert float(of.numpy(last)) == X[[2, 0]].sum()
    np.testing.assert_array_equal(total.numpy(), 2 * X[[0, 1]].sum(0) + X[[2, 0]].sum(0))
    assert steps.program_count == 1
    steps(rows[:1], (of.tensor(X), None))
    np.testing.assert_array_equal(total.numpy(), 2 * (2 * X[[0, 1]].sum(0) + X[[2, 0]].sum(0)) + X[:2].sum(0))
