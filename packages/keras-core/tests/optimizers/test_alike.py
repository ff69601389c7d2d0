"""Variables of one shape that are updated together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import Variable, ops, stage
from keras_core.backend import MapsAlike, active
from keras_core.optimizers import Optimizer, alike

RNG = np.random.default_rng(0)
SHAPES = [(3, 2)] * 5 + [(2,)] * 4 + [(4, 2)] * 2 + [()] * 5


class Momentum(Optimizer):
    elementwise = True

    def make_slots(self, variables: list[Variable]) -> None:
        self.momenta = self.add_optimizer_variables(variables, "momentum")

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        self.updated = [*getattr(self, "updated", []), variable]
        momentum = self.momenta[self._get_variable_index(variable)]
        self.assign(momentum, ops.add(ops.multiply(momentum, 0.9), gradient))
        self.assign_sub(variable, ops.multiply(momentum, learning_rate))


class Normed(Momentum):
    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        super().update_step(ops.divide(gradient, ops.norm(gradient)), variable, learning_rate)


class Doubles:
    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        super().update_step(ops.multiply(gradient, 2.0), variable, learning_rate)  # type: ignore[misc]


class Mixed(Doubles, Momentum):
    pass


class Again(Momentum):
    pass


def trained(optimizer: Momentum, steps: int = 3) -> list[np.ndarray]:
    """All variables after some staged steps; the gradient of each is its own value and number."""
    random = np.random.default_rng(1)
    variables = [Variable(random.normal(size=shape).astype("float32")) for shape in SHAPES]
    optimizer.build(variables)

    def step() -> Any:
        optimizer.apply([ops.multiply(one, 1.0 + k) for k, one in enumerate(variables)], variables)
        return variables[0].value

    staged = stage(step, [*variables, *optimizer.variables])
    for _ in range(steps):
        staged()
    return [one.numpy() for one in (*variables, *optimizer.variables)]


def expected(decay: float | None = None, undecayed: int | None = None) -> list[np.ndarray]:
    """The variables after three steps, by NumPy."""
    random = np.random.default_rng(1)
    found = []
    for k, shape in enumerate(SHAPES):
        value, momentum = random.normal(size=shape).astype("float32"), np.zeros(shape, "float32")
        for _ in range(3):
            gradient = value * (1.0 + k)
            if decay is not None and k != undecayed:
                value = value * (1 - 0.01 * decay)
            momentum = momentum * 0.9 + gradient
            value = value - momentum * 0.01
        found.append(value)
    return found


def test_it_computes_what_single_updates_do() -> None:
    optimizer = Momentum(0.01)
    found = trained(optimizer)
    for one, other in zip(found, expected(), strict=False):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    if isinstance(active(), MapsAlike):
        staged = len(optimizer.updated)
        variables = optimizer.trainable_variables
        optimizer.apply([one.value for one in variables], variables)
        assert min(staged, len(optimizer.updated) - staged) < len(SHAPES)  # once for each kind, traced or op by op


def test_variables_that_decay_otherwise_are_of_another_kind() -> None:
    optimizer = Momentum(0.01, weight_decay=0.5)
    make = optimizer.make_slots

    def make_slots(variables: list[Variable]) -> None:
        optimizer._undecayed.add(variables[2])
        make(variables)

    optimizer.make_slots = make_slots  # type: ignore[method-assign]
    for one, other in zip(trained(optimizer), expected(0.5, 2), strict=False):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_a_step_that_is_not_elementwise_is_taken_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Momentum.elementwise and not Normed.elementwise
    found = trained(Normed(0.01))
    monkeypatch.setattr(alike, "_FEW", 1000)
    for one, other in zip(found, trained(Normed(0.01)), strict=True):
        np.testing.assert_array_equal(one, other)


def test_it_is_said_of_the_step_that_a_class_has() -> None:
    assert Again.elementwise and not Mixed.elementwise


def test_variables_without_elements_stay() -> None:
    variables = [Variable(np.zeros((0, 2), "float32")) for _ in range(5)]
    Momentum(0.1).apply([one.value for one in variables], variables)
    assert [one.numpy().shape for one in variables] == [(0, 2)] * 5


def test_a_value_of_another_shape_is_refused() -> None:
    class Wrong(Momentum):
        elementwise = True

        def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
            self.assign(variable, ops.expand_dims(gradient, -1))

    with pytest.raises(ValueError, match="cannot be assigned a value of shape"):
        trained(Wrong(0.01))
