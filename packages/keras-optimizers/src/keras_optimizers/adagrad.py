"""Adagrad: steps divided by the root of all squared gradients so far."""

from __future__ import annotations

from typing import Any, Unpack

from keras_core import Variable, config, ops
from keras_core.optimizers import Optimizer, OptimizerArguments
from keras_core.typing import Tensor


class Adagrad(Optimizer):
    """Divides each gradient by the root of the sum of its past squares, so that rare features learn fast.

    `s += g**2` and `w -= learning_rate * g / sqrt(s + epsilon)`.

    Args:
        learning_rate: a number, a schedule or a function without arguments.
        initial_accumulator_value: where the sum begins, not negative.
        epsilon: keeps the division finite; None means `keras.config.epsilon()`.
        kwargs: what every optimizer takes, see `keras.optimizers.Optimizer`.

    Source: Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic
    optimization", 2011.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float | None = 1e-7,
        **kwargs: Unpack[OptimizerArguments],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        if initial_accumulator_value < 0:
            raise ValueError(
                f"Adagrad: initial_accumulator_value must not be negative, got {initial_accumulator_value}."
            )
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = config.epsilon() if epsilon is None else epsilon
        self._accumulated: list[Variable] = []

    def make_slots(self, variables: list[Variable]) -> None:
        start = self.initial_accumulator_value
        self._accumulated = self.add_optimizer_variables(variables, "accumulator", start)

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        accumulated = self._accumulated[self._get_variable_index(variable)]
        total = ops.add(accumulated, ops.square(gradient))
        self.assign(accumulated, total)
        rate = ops.cast(learning_rate, variable.dtype)
        step = ops.divide(ops.multiply(gradient, rate), ops.sqrt(ops.add(total, self.epsilon)))
        self.assign_sub(variable, step)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "initial_accumulator_value": self.initial_accumulator_value,
            "epsilon": self.epsilon,
        }
