"""Trainings whose first steps run op by op.

Covers: deferral.py, op_by_op.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from keras_backend_torch import deferral, staging
from keras_backend_torch.backend import BACKEND
from keras_core import Input, Layer, Sequential, Spec, Variable, ops, set_random_seed
from keras_core.callbacks import BackupAndRestore, Callback
from keras_core.optimizers import Optimizer
from keras_core.random import SeedGenerator, dropout

if TYPE_CHECKING:
    from pathlib import Path

RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 3)).astype("float32")
Y = X.sum(-1, keepdims=True)


class Noisy(Layer):
    """A product after dropout, which counts how often it runs in Python."""

    def build(self, input_shape: Any) -> None:
        self.seed_generator = SeedGenerator(3)
        self.kernel = self.add_weight(name="kernel", shape=(3, 1), initializer="ones")

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        runs.append(1)
        return ops.matmul(dropout(inputs, 0.3, seed=self.seed_generator) if training else inputs, self.kernel)


class Plain(Optimizer):
    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        self.assign_sub(variable, ops.multiply(gradient, learning_rate))


runs: list[int] = []


def made() -> Sequential:
    set_random_seed(5)
    model = Sequential([Input((3,)), Noisy()])
    model.compile(Plain(0.01), "mse")
    return model


def fitted(steps: int, *, hooks: bool = False, monkeypatch: pytest.MonkeyPatch, **arguments: Any) -> Sequential:
    """A model trained for two epochs of 12 steps, of which so many run op by op."""
    monkeypatch.setattr(deferral, "STEPS_OP_BY_OP", steps)
    model = made()
    callbacks = [Callback(), *arguments.pop("callbacks", ())]
    if hooks:
        callbacks[0].on_train_batch_end = lambda batch, logs=None: None  # type: ignore[method-assign]
    model.fit(X, Y, batch_size=1, epochs=2, shuffle=False, verbose=0, callbacks=callbacks, **arguments)
    return model


def test_they_are_recorded_after_some_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded: list[Any] = []
    stage_steps = staging.stage_steps
    monkeypatch.setattr(staging, "stage_steps", lambda *given: (recorded.append(len(runs)), stage_steps(*given))[1])
    del runs[:]
    found = fitted(7, monkeypatch=monkeypatch)
    assert len(recorded) == 1
    assert len(runs) - recorded[0] == 1  # it is recorded, and never runs in Python again
    whole = fitted(0, monkeypatch=monkeypatch)
    np.testing.assert_allclose(found.get_weights()[0], whole.get_weights()[0], rtol=1e-5)


def test_short_trainings_record_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: Any) -> Any:
        raise AssertionError("recorded")

    monkeypatch.setattr(staging, "stage_steps", refuse)
    monkeypatch.setattr(staging, "stage", refuse)
    monkeypatch.setattr(deferral, "STEPS_OP_BY_OP", 24)
    model = made()
    model.fit(X, Y, batch_size=1, epochs=1, verbose=0)
    for k in range(12):
        model.train_on_batch(X[k : k + 1], Y[k : k + 1])


def test_all_programs_of_a_training_count_their_steps_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deferral, "STEPS_OP_BY_OP", 6)
    model = made()
    for k in range(4):
        model.train_on_batch(X[k : k + 1], Y[k : k + 1])
    del runs[:]
    model.fit(X, Y, batch_size=1, epochs=1, shuffle=False, verbose=0)
    assert model._trainer.programs.steps_done == {((1, 3), (1, 1)): 6}
    assert len(runs) == 2 + 1  # two op by op, and the recording


@pytest.mark.parametrize("hooks", [False, True])
@pytest.mark.parametrize("killed_after", [4, 9])
def test_one_that_was_killed_goes_on_bit_for_bit(
    hooks: bool, killed_after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Kill(Callback):
        def on_steps_end(self, steps: int, logs: Any = None) -> None:
            if steps >= killed_after:
                raise KeyboardInterrupt

    monkeypatch.setattr("keras_core.training.steps_per_call._PATIENCE", 0.0)
    whole = fitted(7, hooks=hooks, monkeypatch=monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        given = [BackupAndRestore(tmp_path, save_freq=1), Kill()]
        fitted(7, hooks=hooks, callbacks=given, monkeypatch=monkeypatch)
    again = fitted(7, hooks=hooks, callbacks=[BackupAndRestore(tmp_path, save_freq=1)], monkeypatch=monkeypatch)
    for one, other in zip(again.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert again._trainer.programs.steps_done == whole._trainer.programs.steps_done


def test_a_step_that_differentiates_by_itself_runs_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Own(Sequential):
        def train_step(self, data: Any) -> Any:
            x, y = data[:2]
            kernel = self.layers[0].kernel
            loss = torch.mean((torch.matmul(x, kernel.value) - y) ** 2)
            loss.backward()
            self.optimizer.apply([kernel.value.grad], [kernel])
            return {"loss": loss}

    def train(steps: int) -> np.ndarray:
        monkeypatch.setattr(deferral, "STEPS_OP_BY_OP", steps)
        set_random_seed(5)
        model = Own([Input((3,)), Noisy()])
        model.compile(Plain(0.01), "mse")
        model.fit(X, Y, batch_size=1, epochs=2, shuffle=False, verbose=0)
        return model.get_weights()[0]

    np.testing.assert_allclose(train(7), train(0), rtol=1e-5)


def test_large_variables_are_not_copied_by_steps_op_by_op(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deferral, "STEPS_OP_BY_OP", 7)
    monkeypatch.setattr(staging, "LARGE", 8)
    model = made()
    model.train_on_batch(X[:1], Y[:1])
    assert model._trainer.programs.steps_done == {}


def test_a_call_of_steps_in_both_ways_has_the_outputs_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deferral, "STEPS_OP_BY_OP", 3)
    total = Variable(np.zeros((), "float32"), trainable=False)

    def step(x: Any) -> list[Any]:
        total.assign_add(ops.sum(x))
        return [ops.multiply(total, 2.0)]

    program = BACKEND.stage_stacked_steps(step, [total], [Spec((1,), "float32")], {})
    found = program(np.arange(5, dtype="int32")[:, None], BACKEND.tensor(np.arange(5, dtype="float32")))
    assert found[0].tolist() == [0, 2, 6, 12, 20]
