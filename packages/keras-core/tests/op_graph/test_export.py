"""What is recorded, and that a graph computes what it was recorded of.

Covers: running.py, recorder.py, graph.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import (
    Input,
    Model,
    OpGraph,
    Sequential,
    Spec,
    Variable,
    backend,
    export_graph,
    gradients,
    ops,
    random,
    stage,
)

if TYPE_CHECKING:
    from collections.abc import Callable

X = np.array([[1.0, -2.0], [0.5, 3.0], [-1.0, 0.0]], "float32")


def array(tensor: Any) -> np.ndarray:
    return np.asarray(backend.to_numpy(tensor))


def test_a_model_and_its_layers(compiled: Callable[..., Sequential], data: tuple[np.ndarray, np.ndarray]) -> None:
    model = compiled(units=2)
    graph = export_graph(model)
    (given,) = graph.inputs
    assert given.spec == Spec((None, 3)) and [v.path for v in graph.reads] == [v.path for v in model.variables]
    assert {node.layer for node in graph.nodes} == {"net/out"}
    np.testing.assert_allclose(array(graph(data[0])), data[0].sum(1, keepdims=True).repeat(2, 1), rtol=1e-6)


def test_results_keep_their_structure_and_arguments_theirs() -> None:
    graph = export_graph(lambda x, pair: {"sum": pair["a"] + x, "none": None}, [Spec((2,)), {"a": Spec((2,))}])
    out = graph(X[0], {"a": X[1]})
    assert set(out) == {"sum", "none"} and out["none"] is None
    np.testing.assert_array_equal(array(out["sum"]), X[0] + X[1])


def test_derived_ops_are_composed_unless_wanted_whole() -> None:
    composed = export_graph(ops.softmax, [Spec((None, 3))])
    whole = export_graph(ops.softmax, [Spec((None, 3))], whole=["softmax"])
    assert "exp" in composed.op_counts() and dict(whole.op_counts()) == {"softmax": 1}
    expected = np.exp(X) / np.exp(X).sum(1, keepdims=True)
    for graph in (composed, whole, export_graph(ops.softmax, [X], whole=True)):
        np.testing.assert_allclose(array(graph(X)), expected, rtol=1e-5)


def test_variables_are_inputs_and_outputs() -> None:
    total, step = Variable([1.0, 2.0], name="total"), Variable(0, name="step")

    def add(x: Any) -> Any:
        before = total.value
        total.assign_add(x)
        step.assign_add(1)
        return before * total

    graph = export_graph(add, [Spec((2,))])
    assert list(graph.reads) == [total, step] and list(graph.writes) == [total, step]
    np.testing.assert_array_equal(total.numpy(), [1, 2])
    np.testing.assert_array_equal(array(graph(X[0])), [2, 0])
    np.testing.assert_array_equal(array(stage(graph, graph.writes)(X[0])), [6, 0])
    assert total.numpy().tolist() == [3, -2] and int(step) == 2


def test_only_the_variables_that_are_named_may_be_assigned() -> None:
    v = Variable(1.0, name="other")
    with pytest.raises(ValueError, match="'other' is assigned"):
        export_graph(lambda: v.assign(2.0), [], variables=[])


def test_random_numbers_come_of_the_state_of_their_generator() -> None:
    seeds = random.SeedGenerator(7)
    graph = export_graph(lambda: random.uniform((3,), seed=seeds), [])
    assert list(graph.reads) == [seeds.state] == list(graph.writes)
    state = seeds.state.numpy()
    first, second = array(graph()), array(graph())
    seeds.state.assign(state)
    np.testing.assert_array_equal(array(random.uniform((3,), seed=seeds)), first)
    assert not np.array_equal(first, second)


def test_branches_whose_bodies_assign() -> None:
    count = Variable(0.0)

    def call(x: Any) -> Any:
        def yes() -> Any:
            count.assign_add(1.0)
            return x * 2.0

        return ops.cond(ops.sum(x) > 0, yes, lambda: x)

    graph = export_graph(call, [Spec((2,))])
    (node,) = (node for node in graph.nodes if node.op == "cond")
    assert set(node.graphs) == {"true_fn", "false_fn"} and not graph.captured
    assert [array(graph(row)).tolist() for row in X] == [[1, -2], [1, 6], [-1, 0]]
    assert float(count) == 1.0


def test_loops() -> None:
    double = export_graph(lambda x: ops.while_loop(lambda x: ops.sum(x) < 10, lambda x: x + x, x), [Spec((2,))])
    assert array(double(X[1])).tolist() == [2, 12]

    def sums(x: Any) -> Any:
        shift = ops.exp(x[0] * 0)  # taken by the body from around it
        return ops.scan(lambda c, row: (c + row * shift, c), ops.zeros((2,)), x, reverse=True)

    graph = export_graph(sums, [Spec((None, 2))])
    (node,) = (node for node in graph.nodes if node.op == "scan")
    assert len(node.graphs["body"].captured) == 1
    last, before = graph(X)
    np.testing.assert_allclose(array(last), X.sum(0), rtol=1e-6)
    np.testing.assert_allclose(array(before), [X[2] + X[1], X[2], [0, 0]], rtol=1e-6)
    assert array(export_graph(lambda x: ops.map(lambda r: r * 2, x), [X])(X)).tolist() == (2 * X).tolist()


@pytest.mark.needs_train
def test_gradients_are_nodes() -> None:
    w, seen = Variable(X[1]), Variable(0.0)

    def step(x: Any) -> Any:
        def loss() -> Any:
            seen.assign_add(1.0)
            return ops.sum(w * w * x)

        value, (slope,) = gradients(loss, [w])
        w.assign_sub(0.1 * slope)
        return value

    graph = export_graph(step, [Spec((2,))])
    assert graph.op_counts()["value_and_gradients"] == 1
    value = stage(graph, graph.writes)(X[0])
    assert float(array(value)) == pytest.approx((X[1] ** 2 * X[0]).sum())
    np.testing.assert_allclose(w.numpy(), X[1] - 0.1 * 2 * X[1] * X[0], rtol=1e-6)
    assert float(seen) == 1.0


@pytest.mark.needs_train
def test_a_gradient_of_its_own() -> None:
    @ops.custom_gradient
    def clipped(x: Any) -> Any:
        return ops.square(x), lambda upstream: ops.clip(upstream * x, -1, 1)

    graph = export_graph(lambda x: gradients(lambda x: ops.sum(clipped(x)), [x]), [Spec((2,))])
    value, (slope,) = stage(graph, [])(X[1])
    assert float(array(value)) == 9.25 and array(slope).tolist() == [0.5, 1.0]


@pytest.mark.needs_train
def test_a_gradient_that_is_none_is_zero_at_any_height() -> None:
    @ops.custom_gradient
    def scaled(x: Any, by: Any) -> Any:
        return ops.multiply(x, by), lambda upstream: (upstream, None)

    specs = [Spec((None,)), Spec((None,))]
    graph = export_graph(lambda x, y: gradients(lambda x, y: ops.sum(scaled(x, y)), [x, y]), specs)
    _, slopes = stage(graph, [])(X[0], X[1])
    assert [array(one).tolist() for one in slopes] == [[1.0, 1.0], [0.0, 0.0]]


@pytest.mark.needs_train
def test_a_step_of_training(compiled: Callable[..., Sequential], data: tuple[np.ndarray, np.ndarray]) -> None:
    models = [compiled() for _ in range(2)]
    models[0].optimizer.build(models[0].trainable_variables)
    specs = [Spec((None, 3)), Spec((None, 1))]
    graph = export_graph(lambda x, y: models[0].train_step((x, y)), specs)
    logs = stage(graph, graph.writes)(*data)
    expected = models[1].train_on_batch(*data, return_dict=True)
    assert {name: float(array(value)) for name, value in logs.items()} == pytest.approx(expected, rel=1e-5)
    for one, other in zip(models[0].get_weights(), models[1].get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)


def test_what_cannot_be_recorded_says_why(compiled: Callable[..., Sequential]) -> None:
    with pytest.raises(ValueError, match="needs inputs for 'plain'"):
        export_graph(Affine(2, name="plain"))
    with pytest.raises(ValueError, match="list with an entry for each argument"):
        export_graph(ops.exp, Spec((2,)))
    with pytest.raises(ValueError, match="got str among its inputs"):
        export_graph(ops.exp, ["x"])
    with pytest.raises(TypeError, match="stands for a tensor while a program is recorded"):
        export_graph(lambda x: x if x[0] > 0 else -x, [Spec((2,))])
    with pytest.raises(ValueError, match="takes 1 tensors and got 2"):
        export_graph(compiled())(X, X)


def test_graphs_know_no_framework() -> None:
    model = Sequential([Input((2,)), Affine(3)])
    graph = export_graph(model)
    assert isinstance(graph, OpGraph) and repr(graph).startswith("<OpGraph of 1 inputs")
    assert all(variable._storage is None for variable in model.variables)


def test_one_shape_where_programs_are_for_one() -> None:
    graph = export_graph(lambda x: ops.reshape(x, (ops.shape(x)[0] * 2, -1)), [X], capabilities=["static-shapes"])
    assert dict(graph.op_counts()) == {"reshape": 1} and graph.outputs[0].shape == (6, 1)


def test_inputs_of_a_model_are_in_its_own_structure():
    a, b = Input((2,)), Input((2,))
    graph = export_graph(Model({"a": a, "b": b}, a - b))
    assert array(graph({"a": X[:, :2], "b": X[:, :2] * 0})).tolist() == X[:, :2].tolist()
