"""What every metric does: variables, names, reset, use inside a staged function."""

import numpy as np
import pytest
from keras_core import metrics, ops

RNG = np.random.default_rng(0)
PROBS = RNG.uniform(0.05, 0.95, (8, 3)).astype("float32")
NUMBERS = RNG.integers(0, 3, 8)
SOFTMAX = PROBS / PROBS.sum(-1, keepdims=True)


@pytest.mark.parametrize("reset", ["reset_state", "reset_states"])
def test_reset(reset):
    metric = metrics.Mean()
    metric.update_state([4.0])
    getattr(metric, reset)()
    assert float(metric.result()) == 0.0
    assert float(metric([2.0])) == 2.0


@pytest.mark.parametrize("defined", ["reset_state", "reset_states"])
def test_a_subclass_defines_either_name_of_reset(defined):
    def reset(self):
        self.resets = getattr(self, "resets", 0) + 1

    metric = type("Mine", (metrics.Metric,), {defined: reset})()
    metric.reset_state()
    metric.reset_states()
    assert metric.resets == 2


def test_own_metric_in_the_style_of_keras_2_and_3():
    class Old(metrics.Metric):
        def __init__(self, name="old", **kwargs):
            super().__init__(name=name, **kwargs)
            self.count = self.add_weight("count", (), initializer="zeros")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.count.assign_add(ops.sum(ops.cast(y_true, "float32")))

        def result(self):
            return self.count.value

    class New(Old):
        def __init__(self, **kwargs):
            metrics.Metric.__init__(self, **kwargs)
            self.count = self.add_variable(shape=(), initializer="zeros", name="count")
            self.inner = metrics.Mean()

    for metric in (Old(), New(name="new", dtype="float32")):
        assert float(metric(np.array([1, 2]), np.array([0, 0]))) == 3.0
        assert metric.variables[0].name == "count"
        metric.reset_state()
        assert float(metric.result()) == 0.0
    assert len(New().variables) == 3


def test_dtype_and_names():
    assert metrics.Mean(dtype="float64").total.dtype == "float64"
    assert metrics.Mean("mine").name == "mine"
    assert metrics.Metric("float64", "mine").dtype == "float64"
    assert metrics.Metric("mine", "float64").name == "mine"
    first, second = (type("Odd", (metrics.Metric,), {})() for _ in range(2))
    assert second.name != first.name
    with pytest.raises(TypeError, match="color"):
        metrics.Metric(color="red")


@pytest.mark.needs_train
def test_update_result_and_reset_inside_a_staged_function():
    from keras_core import stage

    metric = metrics.SparseCategoricalAccuracy()

    def step(t, p):
        metric.update_state(t, p)
        return metric.result()

    staged = stage(step, metric.variables)
    first = staged(NUMBERS[:5], SOFTMAX[:5])
    second = staged(NUMBERS[5:], SOFTMAX[5:])
    hits = SOFTMAX.argmax(-1) == NUMBERS
    assert float(np.asarray(first)) == pytest.approx(hits[:5].mean(), rel=1e-6)
    assert float(np.asarray(second)) == pytest.approx(hits.mean(), rel=1e-6)
