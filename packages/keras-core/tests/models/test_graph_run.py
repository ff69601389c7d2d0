"""Values of a graph's tensors after the function in which they were computed has ended."""

from __future__ import annotations

import numpy as np
import pytest
from keras_core import Input, Layer, Model, Trace, Variable, backend, ops
from keras_core.graph.topology import nodes_between
from keras_core.layers.call_context import CallContext
from keras_core.models import graph_run
from keras_core.models.graph_run import GraphRun

X = np.ones((2, 3), "float32")


class Scale(Layer):
    """Multiplies by a weight and adds to it; twice the input in training."""

    def build(self, shape: object) -> None:
        self.factor = self.add_weight(name="factor", shape=(), initializer="ones", trainable=False)

    def call(self, x: object, training: object = None) -> object:
        y = x * self.factor * (2.0 if training else 1.0)
        self.factor.assign_add(1.0)
        return y


@pytest.fixture
def model() -> Model:
    inputs = Input((3,))
    model = Model(inputs, Scale()(inputs))
    model.symbolic_graph.keeps_values = True
    return model


def total_of(model: Model, context: CallContext) -> float:
    """The sum of the outputs as a further tensor of the graph, for the last run."""
    wanted = ops.sum(model.outputs[0])
    run = context.graph_runs[id(model.symbolic_graph)]
    assert isinstance(run, GraphRun)
    found = run.evaluate(nodes_between(model.outputs, [wanted]), {}, wanted, None)
    return float(backend.to_numpy(found))


@pytest.mark.parametrize("dead", [False, True])
def test_a_value_is_computed_again_where_those_of_the_run_mean_nothing(
    model: Model, dead: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if dead:
        monkeypatch.setattr(GraphRun, "_is_live", lambda self: False)
    factor: Variable = model.layers[-1].factor
    factor.assign(3.0)
    with CallContext(training=True) as context:
        with Trace(model.backend) as trace:
            model(X)
            assert total_of(model, context) == 36
        for variable, value in trace.written.items():
            variable.assign(value)
        assert factor.numpy() == 4
        assert total_of(model, context) == 36  # with the variables as they were
    assert factor.numpy() == 4


def test_values_are_of_the_nearest_trace_around_the_run(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GraphRun, "_is_live", lambda self: False)
    factor: Variable = model.layers[-1].factor
    with CallContext() as context, Trace(model.backend, whole=True):
        factor.assign(5.0)
        with Trace(model.backend):
            factor.assign(7.0)
            model(X)
        factor.assign(9.0)
        with Trace(model.backend):
            assert total_of(model, context) == 30
    assert graph_run._snapshots(model.symbolic_graph.nodes) == {}
