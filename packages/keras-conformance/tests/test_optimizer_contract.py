"""The contract of optimizers passes one that keeps it, and finds each way to break it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from keras_conformance import OptimizerContract
from keras_core import ops
from keras_core.optimizers import Optimizer
from keras_core.saving import register_keras_serializable

if TYPE_CHECKING:
    import numpy as np


@register_keras_serializable("contract")
class Momentum(Optimizer):
    """Gradient descent with momentum, in which a subclass may have a fault."""

    fault: ClassVar[str] = ""

    def __init__(self, learning_rate: float = 0.1, momentum: float = 0.5, **kwargs: Any) -> None:
        super().__init__(learning_rate, **kwargs)
        self.momentum = momentum

    def make_slots(self, variables: list[Any]) -> None:
        self.velocities = self.add_optimizer_variables(variables, "speed" if self.fault == "slots" else "velocity")

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        velocity = self.velocities[self._get_variable_index(variable)]
        rate = 0.1 if self.fault == "rate" else learning_rate
        new = velocity * self.momentum - gradient * ops.cast(rate, variable.dtype)
        if self.fault != "memory":
            velocity.assign(new)
        variable.assign(variable + (new * 2 if self.fault == "value" else new))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "momentum": 0.5 if self.fault == "config" else self.momentum}

    def save_own_variables(self, store: Any) -> None:
        super().save_own_variables(store)
        if self.fault == "saving":
            store["2"] = store["2"] * 0


class Contract(OptimizerContract):
    optimizer = Momentum
    cases: ClassVar = [{"learning_rate": 0.2}, {"momentum": 0.75}]

    def slots(self, **arguments: Any) -> list[str]:
        return ["kernel_velocity", "bias_velocity"]

    def reference(
        self,
        w: np.ndarray,
        g: np.ndarray,
        state: dict[str, Any],
        t: int,
        learning_rate: float = 0.1,
        momentum: float = 0.5,
    ) -> np.ndarray:
        state["velocity"] = state.get("velocity", 0) * momentum - learning_rate * g
        return w + state["velocity"]


TESTS = [name for name in dir(Contract) if name.startswith("test_")]


@pytest.mark.parametrize("name", TESTS)
def test_an_optimizer_that_keeps_it_passes(name: str) -> None:
    getattr(Contract(), name)()


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ("config", "test_config_makes_an_equal_optimizer"),
        ("slots", "test_slots_are_made_by_build_in_file_order"),
        ("value", "test_steps_follow_the_reference"),
        ("memory", "test_steps_follow_the_reference"),
        ("value", "test_staged_steps_follow_the_reference"),
        ("rate", "test_a_new_learning_rate_acts_without_a_new_program"),
        ("value", "test_clipping_is_the_same_as_clipped_gradients"),
        ("saving", "test_state_can_be_saved_and_loaded"),
    ],
)
def test_a_fault_is_found(fault: str, name: str) -> None:
    broken = register_keras_serializable("contract")(type(f"Momentum{fault.title()}", (Momentum,), {"fault": fault}))
    contract = type("Broken", (Contract,), {"optimizer": broken})()
    with pytest.raises(AssertionError):
        getattr(contract, name)()
