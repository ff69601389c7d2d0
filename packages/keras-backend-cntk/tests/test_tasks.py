"""Graphs as tasks."""

import numpy as np
import pytest
from keras_backend_cntk.tasks import Flattener, Symbol
from keras_core import Spec, export_graph, gradients, ops


def tasks_of(fn, *shapes):
    graph = export_graph(fn, [Spec(shape) for shape in shapes], capabilities=["static-shapes"])
    found = []
    inputs = [Symbol(shape, "float32") for shape in shapes]
    results = Flattener().graph(graph, inputs, {}, found.append)
    return found, results, inputs


def test_loops_of_known_length_and_branches_are_written_out():
    tasks, _, _ = tasks_of(lambda x: ops.scan(lambda c, row: (c + row, c), x[0], x), (3, 2))
    assert [task.op for task in tasks].count("add") == 3
    tasks, _, _ = tasks_of(lambda x: ops.cond(ops.sum(x) > 0, lambda: ops.exp(x), lambda: x), (3,))
    assert [task.op for task in tasks] == ["sum", "greater", "exp", "where"] or "where" in [task.op for task in tasks]


def test_what_is_known_is_computed_at_once():
    tasks, (result,), _ = tasks_of(lambda x: ops.exp(ops.ones((2,))) + 0 * ops.cast(1, "float32"), (1,))
    assert tasks == [] and np.allclose(result.array, np.e)


def test_gradients_hold_only_what_depends_on_what_they_differentiate_by():
    tasks, _, _ = tasks_of(lambda x, y: gradients(lambda w: ops.sum(w * ops.exp(y)), [x]), (2,), (2,))
    assert [task.op for task in tasks] == ["exp", "gradients"]
    assert [task.op for task in tasks[1].body] == ["multiply", "sum"]
    assert len(tasks[1].operands) == 2


def test_a_loop_whose_length_depends_on_values_is_numpys():
    def call(x):
        return ops.while_loop(lambda x: ops.sum(x) < 10, lambda x: x + x, x)

    tasks, (result,), _ = tasks_of(call, (2,))
    assert [task.op for task in tasks] == ["host"] and result.shape == (2,)
    assert tasks[0].function(np.ones(2, "float32"))[0].tolist() == [8, 8]
    with pytest.raises(NotImplementedError, match="while_loop"):
        tasks_of(lambda x: gradients(lambda w: ops.sum(call(w)), [x]), (2,))


def test_gradients_of_gradients_are_refused():
    def slope(w):
        return gradients(lambda v: ops.sum(v * v * v), [w])[1][0]

    with pytest.raises(NotImplementedError, match="gradients of gradients"):
        tasks_of(lambda x: gradients(lambda w: ops.sum(slope(w)), [x]), (2,))


def test_loops_that_are_too_long_are_refused(monkeypatch):
    monkeypatch.setattr("keras_backend_cntk.tasks.MOST_TASKS", 50)
    with pytest.raises(NotImplementedError, match="more than 50 ops"):
        tasks_of(lambda x: ops.scan(lambda c, row: (c + row, c), x[0], x), (100, 2))
