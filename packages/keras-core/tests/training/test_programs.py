"""The steps of a model as staged programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from keras_conformance import Descent, RunningMean
from keras_core import Input, Model, Sequential, Staged, backend, ops
from keras_core.optimizers import LearningRateSchedule
from keras_core.testing import StagedSteps
from keras_core.training.preparation import prepare

Make = Callable[..., Sequential]
Data = tuple[np.ndarray, np.ndarray]
TEST, PREDICT = ("test", False, False), ("predict", False, False)


def test_a_step_is_made_once(compiled: Make, data: Data) -> None:
    model = compiled()
    prepare(model._trainer, (*data, None), "evaluate")
    programs = model._trainer.programs
    assert programs.program_count(TEST) == 0
    first = programs.step(TEST)
    assert isinstance(first, Staged) and programs.step(TEST) is first
    assert isinstance(programs.step(("test", False, True)), StagedSteps)
    model._trainer.forget_programs()
    assert model._trainer.programs is not programs


def test_logs_of_a_step_and_their_reset(compiled: Make, data: Data) -> None:
    model = compiled()
    x, y = data
    prepare(model._trainer, (x, y, None), "evaluate")
    programs = model._trainer.programs
    squares = (x.sum(-1, keepdims=True) - y) ** 2
    first = programs.run("test", (x[:4], y[:4], None)).fetch()
    assert first == {"loss": pytest.approx(squares[:4].mean(), rel=1e-5)}
    both = programs.run("test", (x[4:], y[4:], None)).fetch()
    assert both["loss"] == pytest.approx(squares.mean(), rel=1e-5)
    alone = programs.run("test", (x[4:], y[4:], None), reset=True).fetch()
    assert alone["loss"] == pytest.approx(squares[4:].mean(), rel=1e-5)
    if "static-shapes" not in model.backend.capabilities:
        programs.run("test", (x, y, None))
        assert programs.program_count(TEST) == 1


@pytest.mark.parametrize("eager", [False, True])
def test_many_steps_in_one_call(compiled: Make, data: Data, eager: bool) -> None:
    model = compiled(run_eagerly=eager)
    if eager and "eager" not in model.backend.capabilities:
        pytest.skip("values of this backend are symbolic")
    x, y = data
    prepare(model._trainer, (x, y, None), "evaluate")
    rows = np.array([[0, 2], [1, 3], [7, 7]], "int32")
    tensors = tuple(model.backend.tensor(part) for part in data)
    found = model._trainer.programs.run_many("test", rows, (*tensors, None)).fetch()
    squares = (x.sum(-1, keepdims=True) - y) ** 2
    assert found["loss"] == pytest.approx(squares[rows.ravel()].mean(), rel=1e-5)


def test_predictions_with_a_known_kind(compiled: Make, data: Data) -> None:
    model, x = compiled(), data[0]
    programs = model._trainer.programs
    kind = programs.batch_kinds.examine_inputs(x, "predict")
    for factor in (1, 2):
        found = backend.to_numpy(programs.predict(x * np.float32(factor), kind))
        np.testing.assert_allclose(found, factor * x.sum(-1, keepdims=True), rtol=1e-5)
    assert kind is not None and list(kind.programs) == [PREDICT]


def test_a_call_returns_the_losses_that_layers_added_and_the_masks(compiled: Make, data: Data) -> None:
    from keras_core import Layer

    class Costly(Layer):
        def call(self, inputs: Any) -> Any:
            self.add_loss(ops.sum(inputs))
            return inputs

        def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
            return ops.greater(inputs, 0)

    x = data[0]
    model = Sequential([Input((3,)), Costly()])
    outputs, (loss,), (mask,) = model._trainer.programs.call(x, training=False)
    np.testing.assert_array_equal(backend.to_numpy(outputs), x)
    assert float(backend.to_numpy(loss)) == pytest.approx(x.sum(), rel=1e-4)
    np.testing.assert_array_equal(backend.to_numpy(mask), x > 0)


def test_an_eager_step_is_a_plain_function(compiled: Make, data: Data) -> None:
    model = compiled(run_eagerly=True)
    prepare(model._trainer, (*data, None), "evaluate")
    step = model._trainer.programs.step(TEST)
    assert not isinstance(step, Staged) and model._trainer.programs.program_count(TEST) == 0


def test_the_variables_that_a_step_may_write(compiled: Make, data: Data) -> None:
    inputs = Input((3,))
    model = Model(inputs, RunningMean()(inputs))
    model.compile(Descent(0.1), "mse")
    found = model._trainer.programs.variables()
    assert set(model.variables) | set(model.optimizer.variables) <= set(found)
    assert len(found) == len(set(found))


def test_names_of_the_ops_in_a_model(compiled: Make, data: Data) -> None:
    model = compiled()
    assert model._trainer.programs.op_names() == frozenset()  # not built for any data yet
    model._trainer.forget_programs()
    prepare(model._trainer, (*data, None), "evaluate")
    calls = len(model.layers[-1].inbound_nodes)
    assert "matmul" in model._trainer.programs.op_names()
    assert len(model.layers[-1].inbound_nodes) == calls


@pytest.mark.needs_train
def test_an_overridden_step_may_return_anything_by_name(data: Data) -> None:
    class Own(Model):
        def call(self, inputs: Any) -> Any:
            return inputs

        def train_step(self, data: Any) -> Any:
            return self.answer(data)

    model = Own()
    model.answer = lambda x: {"mean": ops.mean(x), "rows": ops.sum(x, axis=-1)}  # type: ignore[method-assign]
    model.compile(None)
    found = model.train_on_batch(data[0], return_dict=True)
    assert found["mean"] == pytest.approx(data[0].mean(), rel=1e-4)
    np.testing.assert_allclose(found["rows"], data[0].sum(-1), rtol=1e-4)
    other = Own()
    other.answer = ops.mean  # type: ignore[method-assign]
    other.compile(None)
    with pytest.raises(TypeError, match=r"train_step\(\) and test_step\(\) return a dict of names and values"):
        other.train_on_batch(data[0])


@pytest.mark.needs_train
def test_a_schedule_in_place_of_a_number_is_followed_at_once(compiled: Make, data: Data) -> None:
    class Zero(LearningRateSchedule):
        def __call__(self, step: Any) -> Any:
            return ops.cast(step, "float32") * 0.0

    model = compiled(rate=0.1)
    model.train_on_batch(*data)
    model.optimizer.learning_rate = Zero()
    for slot in model.optimizer.variables:
        if tuple(slot.shape):
            slot.assign(np.zeros(slot.shape))  # no momentum is left
    before = model.get_weights()[0]
    model.train_on_batch(*data)
    np.testing.assert_array_equal(model.get_weights()[0], before)
    model.optimizer.learning_rate = 0.1
    model.train_on_batch(*data)
    assert np.abs(model.get_weights()[0] - before).max() > 1e-3
