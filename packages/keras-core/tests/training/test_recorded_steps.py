"""Many steps in one call, with the logs of each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from keras_core import Sequential, metrics, ops
from keras_core.backend.optional_protocols import HandsOut, StacksSteps
from keras_core.training.recorded_steps import MOST, RecordedSteps
from keras_core.training.steps_per_call import fixed_steps_per_call

Make = Callable[..., Sequential]
Data = tuple[np.ndarray, np.ndarray]


def steps_of(compiled: Make, data: Data) -> tuple[Sequential, RecordedSteps, tuple]:
    model = compiled(rate=0.01)
    model.train_on_batch(*data)
    model.reset_metrics()
    with fixed_steps_per_call(1):  # all are compiled
        found = model._trainer.programs.recorded("train")
    if found is None:
        pytest.skip("the backend gains nothing from many steps in a call")
    tensor = model.backend.tensor
    return model, found, (tensor(data[0]), tensor(data[1]), None)


@pytest.mark.needs_train
def test_every_step_has_its_logs_and_can_be_gone_back_to(compiled: Make, data: Data) -> None:
    model, recorded, arrays = steps_of(compiled, data)
    indices = np.arange(8, dtype="int32").reshape(8, 1)
    assert not recorded.may_run_ahead()
    first = recorded.run(indices[:1], arrays)[0].fetch()
    recorded.run(indices[1:2], arrays)
    assert recorded.may_run_ahead()
    kernel = model.get_weights()[0]
    logs = [one.fetch()["loss"] for one in recorded.run(indices[2:], arrays)]
    assert len(logs) == 6 and first["loss"] != logs[0]
    again = model.get_weights()[0]
    recorded.ahead.tell(2)
    recorded.ahead.catch_up()
    assert not np.array_equal(kernel, model.get_weights()[0]) and not np.array_equal(again, model.get_weights()[0])
    assert [one.fetch()["loss"] for one in recorded.run(indices[4:], arrays)] == logs[2:]
    np.testing.assert_array_equal(model.get_weights()[0], again)


@pytest.mark.needs_train
def test_a_call_of_most_steps(compiled: Make, data: Data) -> None:
    _, recorded, arrays = steps_of(compiled, data)
    indices = np.zeros((MOST, 1), "int32")
    losses = [one.fetch()["loss"] for one in recorded.run(indices, arrays)]
    assert len(losses) == MOST and losses == sorted(losses, reverse=True)


@pytest.mark.needs_train
def test_variables_that_the_framework_shares_keep_steps_apart(compiled: Make, data: Data) -> None:
    model, recorded, arrays = steps_of(compiled, data)
    indices = np.zeros((1, 1), "int32")
    for _ in range(2):
        recorded.run(indices, arrays)
    assert recorded.may_run_ahead()
    if not isinstance(model.backend, HandsOut):
        return
    if model.backend_name == "torch":
        kept = list(model.parameters())
    else:
        import tensorflow as tf

        kept = tf.function(lambda: model.layers[-1].kernel.value * 1).get_concrete_function()
    assert not recorded.may_run_ahead() and kept is not None


class Multiples(metrics.Metric):
    """Many multiples of the mean output."""

    def __init__(self) -> None:
        super().__init__()
        self.mean = metrics.Mean()

    def update_state(self, y: Any, y_pred: Any, sample_weight: Any = None) -> None:
        self.mean.update_state(y_pred)

    def result(self) -> dict[str, Any]:
        return {f"times_{k}": ops.multiply(self.mean.result(), float(k)) for k in range(40)}


@pytest.mark.needs_train
def test_logs_of_many_scalars(compiled: Make, data: Data) -> None:
    model, recorded, arrays = steps_of(partial(compiled, metrics=[Multiples()]), data)
    indices = np.arange(4, dtype="int32").reshape(4, 1)
    for row in indices[:2]:
        found = recorded.run(row[None], arrays)
    assert isinstance(model.backend, StacksSteps) == recorded.may_run_ahead()
    if recorded.may_run_ahead():
        found = recorded.run(indices[2:], arrays)
    logs = found[-1].fetch()
    assert len(logs) == 41 and logs["times_3"] == pytest.approx(3 * logs["times_1"], rel=1e-6) != 0
