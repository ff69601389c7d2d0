"""Adamax: Adam with the infinity norm in place of the root mean square."""

from __future__ import annotations

from typing import Any, Unpack

from keras_core import Variable, config, ops
from keras_core.optimizers import Optimizer, OptimizerArguments
from keras_core.typing import Tensor


class Adamax(Optimizer):
    """Follows the mean gradient, scaled by the largest magnitude of its recent past.

    `m += (g - m) * (1 - beta_1)`, `u = max(beta_2 * u, |g|)` and, after `t` steps,
    `w -= learning_rate / (1 - beta_1**t) * m / (u + epsilon)`.

    Args:
        learning_rate: a number, a schedule or a function without arguments.
        beta_1: how much of the gradient's average stays, in [0, 1).
        beta_2: how slowly the largest magnitude fades, in [0, 1).
        epsilon: keeps the division finite; None means `keras.config.epsilon()`.
        kwargs: what every optimizer takes, see `keras.optimizers.Optimizer`.

    Source: Kingma and Ba, "Adam: a method for stochastic optimization", 2014, section 7.1.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float | None = 1e-7,
        **kwargs: Unpack[OptimizerArguments],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = config.epsilon() if epsilon is None else epsilon
        self._momenta: list[Variable] = []
        self._norms: list[Variable] = []

    def make_slots(self, variables: list[Variable]) -> None:
        self._momenta, self._norms = self.add_optimizer_variables(variables, ("momentum", "norm"))

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        index = self._get_variable_index(variable)
        dtype = variable.dtype
        momentum = self.move_average(self._momenta[index], gradient, self.beta_1)
        norm = ops.maximum(ops.multiply(self._norms[index], self.beta_2), ops.abs(gradient))
        self.assign(self._norms[index], norm)
        step = ops.cast(ops.add(self.iterations, 1), dtype)
        correction = ops.subtract(1.0, ops.power(ops.cast(self.beta_1, dtype), step))
        rate = ops.divide(ops.cast(learning_rate, dtype), correction)
        self.assign_sub(variable, ops.divide(ops.multiply(momentum, rate), ops.add(norm, self.epsilon)))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
