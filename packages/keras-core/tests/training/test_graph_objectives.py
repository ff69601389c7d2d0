"""Which losses and metrics become parts of a model's graph."""

import numpy as np
import pytest
from keras_core import Input, losses, metrics, ops
from keras_core import backend as backends
from keras_core.graph.spec import Spec
from keras_core.layers import CallContext
from keras_core.models.model_graph import ModelGraph
from keras_core.training.graph_objectives import loss_in_graph, metric_in_graph


@pytest.fixture
def graph():
    x = Input((2,))
    code = x * 2.0
    graph = ModelGraph(x, code + 1.0, "model")
    graph.code = code
    return graph


TARGET = Spec((None, 2))


def found(loss, graph, target=TARGET):
    return loss_in_graph(losses.get(loss), target, graph.outputs[0], graph, backends.active())


def as_loss(fn):
    return losses.LossFunctionWrapper(fn)


def test_losses_of_targets_and_output_alone(graph):
    def needs_values(y_true, y_pred):
        return np.mean(np.asarray(y_pred))

    def constant(y_true, y_pred):
        return ops.zeros((2,))

    assert found("mse", graph) is None
    for fn in (lambda y_true, y_pred: y_true - y_pred, needs_values, constant):
        assert found(as_loss(fn), graph) is None
    assert found(None, graph) is None
    assert found(as_loss(lambda y_true, y_pred: graph.code), graph, None) is None
    assert not graph.keeps_values


def test_values_are_those_of_the_run(graph):
    part = found(as_loss(lambda y_true, y_pred: ops.sum(y_true * graph.code + y_pred, -1)), graph)
    assert graph.keeps_values
    x, y = np.array([[1.0, 2.0]], "float32"), np.array([[3.0, 4.0]], "float32")
    with pytest.raises(RuntimeError, match="call the model on the batch"):
        part.compute(y, training=False)
    with CallContext():
        graph.run_with(x, (), ())
        assert np.asarray(part.compute(y, training=False)).tolist() == [3 * 2 + 4 * 4 + 3 + 5]


def test_metrics(graph):
    inside = metrics.MeanMetricWrapper(lambda y_true, y_pred: graph.code)
    outside = metrics.MeanMetricWrapper(lambda y_true, y_pred: y_pred)
    y_pred, backend = graph.outputs[0], backends.active()
    assert metric_in_graph(inside, TARGET, y_pred, graph, backend) is not None
    assert metric_in_graph(outside, TARGET, y_pred, graph, backend) is None
    assert metric_in_graph(metrics.MeanAbsoluteError(), TARGET, y_pred, graph, backend) is None
    assert metric_in_graph(metrics.Mean(), TARGET, y_pred, graph, backend) is None


def test_a_tensor_that_the_inputs_do_not_determine(graph):
    other = Input((2,), name="other")
    with pytest.raises(ValueError, match=r"'far', .*other"):
        found(losses.LossFunctionWrapper(lambda y_true, y_pred: other * y_pred, name="far"), graph)
