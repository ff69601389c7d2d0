"""What a model is trained with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from keras_conformance import Affine, Descent
from keras_core import Input, Layer, Model, Sequential, Spec
from keras_core.metrics import Mean
from keras_core.training.state import TrainingState

if TYPE_CHECKING:
    import numpy as np

Make = Callable[..., Sequential]


def test_before_compile_there_is_nothing() -> None:
    state = TrainingState(Sequential([Affine(1)]))
    assert not state.compiled and state.optimizer is None and state.output_names() == []
    state.make_objectives()
    assert state.loss is None and state.metrics is None and state.named_metrics() == []


def test_names_and_shapes_of_outputs() -> None:
    state = TrainingState(Sequential([Affine(1)]))
    state.output_specs = {"a": Spec((None, 2), "float32"), "b": Spec((None,), "int32")}
    assert state.output_names() == ["a", "b"] and state.output_shapes() == [(None, 2), (None,)]
    state.output_specs = [Spec((None, 2), "float32"), Spec((None,), "int32")]
    assert state.output_names() == ["output_1", "output_2"]


def test_metrics_are_named_in_the_order_of_evaluate(compiled: Make, data: tuple[np.ndarray, np.ndarray]) -> None:
    model = compiled(metrics=["mae"])
    assert [name for name, _ in model._trainer.named_metrics()] == ["loss"]
    model.evaluate(*data, verbose=0)
    state = model._trainer
    assert [name for name, _ in state.named_metrics()] == ["loss", "mae"]
    mine = Mean(name="mine")
    assert state.all_metrics([mine, mine])[-1] is mine and len(state.all_metrics([mine, mine])) == 3
    assert set(state.reported_variables()) <= set(state.variables())


def test_trained_variables_are_those_of_compile(compiled: Make) -> None:
    model = compiled()
    kernel, bias = model._trainer.trained_variables()
    model.layers[0].trainable = False
    assert model._trainer.trained_variables() == [kernel, bias]
    model.compile(Descent(0.1), "mse")
    assert model._trainer.trained_variables() == []


def test_optimizers_of_the_users_own_are_among_the_variables() -> None:
    class Two(Model):
        def __init__(self) -> None:
            super().__init__()
            self.second = Descent(0.1)

    model = Two()
    assert set(model.second.variables) <= set(model._trainer.variables())


def test_keys_change_with_what_programs_depend_on(compiled: Make) -> None:
    model = compiled()
    state = model._trainer
    program, train = state.program_key(), state.train_key()
    assert (state.program_key(), state.train_key()) == (program, train)
    state.optimizer.clipvalue = 1.0
    assert state.program_key() == program and state.train_key() != train
    model.layers[0].tanh = True
    assert state.program_key() != program


def test_keys_of_steps_change_with_the_default_of_training(compiled: Make) -> None:
    model = compiled()
    state = model._trainer
    program, train, call = state.program_key(), state.train_key(), state.call_key()
    model.layers[0].default_training = True
    assert state.program_key() != program and state.train_key() != train and state.call_key() == call
    assert state.default_trainings() == {None, True}
    model.layers[0].default_training = None
    assert (state.program_key(), state.train_key(), state.call_key()) == (program, train, call)


def test_an_assigned_attribute_of_another_model_changes_nothing(compiled: Make) -> None:
    model, other = compiled(), compiled()
    before = model._trainer.train_key()
    other.layers[0].tanh = True
    assert model._trainer.train_key() == before


@pytest.mark.parametrize(("batch", "expected"), [(None, None), (4, 4)])
def test_the_batch_size_that_inputs_fix(batch: int | None, expected: int | None) -> None:
    inputs = Input(batch_shape=(batch, 3))
    assert Model(inputs, Affine(1)(inputs))._trainer.fixed_batch_size == expected


def test_a_copy_follows_what_was_built(compiled: Make, data: tuple[np.ndarray, np.ndarray]) -> None:
    model, copy = compiled(metrics=["mae"]), compiled(metrics=["mae"])
    model.evaluate(*data, verbose=0)
    pairs = dict(zip(model.weights, copy.weights, strict=True))
    copy._trainer.follow(model._trainer, pairs)
    assert copy._trainer.trained == copy.trainable_variables
    assert copy._trainer.output_specs == model._trainer.output_specs
    assert [name for name, _ in copy._trainer.named_metrics()] == ["loss", "mae"]


def test_losses_of_layers_without_variables() -> None:
    class Still(Layer):
        def call(self, inputs: object) -> object:
            return inputs

    model = Sequential([Input((2,)), Still()])
    assert model._trainer.trained_variables() == [] and model._trainer.variables() == []
