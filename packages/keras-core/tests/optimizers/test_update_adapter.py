"""The hook by which another package runs optimizers that define `get_updates`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_core import Variable, ops
from keras_core.optimizers import LossScaleOptimizer, Optimizer, update_adapter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Old(Optimizer):
    def get_updates(self, loss: Any, params: Any) -> list[Any]:
        return []


class Both(Old):
    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        self.assign_sub(variable, gradient)


class SignAdapter:
    """Adds the sign of the gradient to variables, and counts the steps of its own accord."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        self.counts_steps = True

    def make_slots(self, variables: Sequence[Variable]) -> list[Variable]:
        return [Variable(np.zeros((), "float32"), name="steps")]

    def run(self, gradients: Sequence[Any], variables: Sequence[Variable]) -> None:
        for gradient, variable in zip(gradients, variables, strict=True):
            variable.assign_add(ops.sign(gradient))


@pytest.fixture
def contribute(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Let an adapter (or None) be the one that is installed."""

    def install(adapter: Any) -> None:
        monkeypatch.setattr(update_adapter, "_factory", lambda: adapter)

    return install


def test_the_class_says_whether_an_adapter_is_needed() -> None:
    found = {kind.__name__: kind.has_get_updates for kind in (Optimizer, Old, Both, LossScaleOptimizer)}
    assert found == {"Optimizer": False, "Old": True, "Both": False, "LossScaleOptimizer": False}


def test_the_adapter_takes_the_steps(contribute: Callable[[Any], None]) -> None:
    contribute(SignAdapter)
    variable = Variable(np.array([1.0, 2.0], "float32"))
    optimizer = Old(0.5)
    optimizer.apply([np.array([3.0, -0.1], "float32")], [variable])
    np.testing.assert_array_equal(variable.numpy(), [2.0, 1.0])
    assert int(optimizer.iterations.numpy()) == 0  # the adapter said that it counts
    assert optimizer.variables[-1].name == "steps"


def test_without_an_adapter_the_message_says_what_to_install(contribute: Callable[[Any], None]) -> None:
    contribute(None)
    with pytest.raises(ModuleNotFoundError, match=r"Optimizer Old defines get_updates.*pip install keras-legacy"):
        Old().build([Variable(0.0)])
