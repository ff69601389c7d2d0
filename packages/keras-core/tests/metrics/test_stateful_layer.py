import numpy as np
import pytest
from keras_core import Layer, Variable, metrics, ops
from keras_core.metrics.choice import as_metric
from keras_core.metrics.stateful_layer import StatefulLayerMetric

BATCHES = [([1, 0, 1, 1], [1, 1, 1, 0]), ([1, 1], [1, 1])]


class Hits(Layer):
    """As Keras 2.2's documentation had metrics: a stateful layer."""

    stateful = True

    def __init__(self, name="hits"):
        super().__init__(name=name)
        self.count = Variable(np.zeros((), "int32"), trainable=False)

    def reset_states(self):
        self.count.assign(0)

    def __call__(self, y_true, y_pred):
        found = ops.sum(ops.multiply(ops.cast(y_true, "int32"), ops.cast(ops.round(y_pred), "int32")))
        before = ops.multiply(self.count, 1)
        self.count.assign_add(found)
        return ops.add(before, found)


def test_the_newest_number_stands_for_all_batches():
    metric = as_metric(Hits())
    assert isinstance(metric, StatefulLayerMetric)
    assert metric.name == "hits"
    for _ in range(2):
        for y_true, y_pred in BATCHES:
            metric.update_state(np.array(y_true), np.array(y_pred, "float32"))
        assert float(metric.result()) == 4
        metric.reset_state()
        assert float(metric.result()) == 0
        assert int(metric.layer.count) == 0


def test_weights_are_refused():
    with pytest.raises(ValueError, match=r"'hits' is a layer .* name it in metrics, not in weighted_metrics"):
        as_metric(Hits()).update_state(np.ones(2), np.ones(2), np.ones(2))


def test_a_layer_without_a_state_is_a_function():
    class Gap(Layer):
        def __call__(self, y_true, y_pred):
            return ops.abs(ops.subtract(y_true, y_pred))

    metric = as_metric(Gap())
    assert isinstance(metric, metrics.MeanMetricWrapper)
    assert float(metric(np.array([1.0, 3.0], "float32"), np.array([2.0, 2.0], "float32"))) == 1
