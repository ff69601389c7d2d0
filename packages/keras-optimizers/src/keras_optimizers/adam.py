"""Adam: steps by moving averages of the gradient and of its square."""

from __future__ import annotations

from typing import Any, Unpack

from keras_core import Variable, config, ops
from keras_core.optimizers import Optimizer, OptimizerArguments
from keras_core.typing import Tensor


class Adam(Optimizer):
    """Follows the mean gradient, scaled by its root mean square.

    With moving averages `m` of the gradient and `v` of its square after `t` steps,
    `w -= learning_rate * sqrt(1 - beta_2**t) / (1 - beta_1**t) * m / (sqrt(v) + epsilon)`; here epsilon is
    what the paper's section 2.1 calls epsilon-hat.

    Args:
        learning_rate: a number, a schedule or a function without arguments.
        beta_1: how much of the gradient's average stays, in [0, 1).
        beta_2: how much of the square's average stays, in [0, 1).
        epsilon: keeps the division finite; None means `keras.config.epsilon()`.
        amsgrad: whether to divide by the largest `v` so far.
        kwargs: what every optimizer takes, see `keras.optimizers.Optimizer`.

    Source: Kingma and Ba, "Adam: a method for stochastic optimization", 2014; amsgrad: Reddi, Kale and
    Kumar, "On the convergence of Adam and beyond", 2018.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float | None = 1e-7,
        amsgrad: bool = False,
        **kwargs: Unpack[OptimizerArguments],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = config.epsilon() if epsilon is None else epsilon
        self.amsgrad = amsgrad
        self._momenta: list[Variable] = []
        self._velocities: list[Variable] = []
        self._highest: list[Variable] = []

    def make_slots(self, variables: list[Variable]) -> None:
        self._momenta, self._velocities = self.add_optimizer_variables(variables, ("momentum", "velocity"))
        if self.amsgrad:
            self._highest = self.add_optimizer_variables(variables, "velocity_hat")

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        index = self._get_variable_index(variable)
        momentum = self.move_average(self._momenta[index], gradient, self.beta_1)
        velocity = self.move_average(self._velocities[index], ops.square(gradient), self.beta_2)
        if self.amsgrad:
            velocity = ops.maximum(self._highest[index], velocity)
            self.assign(self._highest[index], velocity)
        rate = ops.multiply(ops.cast(learning_rate, variable.dtype), self._correction(variable.dtype))
        step = ops.divide(ops.multiply(momentum, rate), ops.add(ops.sqrt(velocity), self.epsilon))
        self.assign_sub(variable, step)

    def _correction(self, dtype: str) -> Tensor:
        """What makes up for both averages having begun at zero."""
        step = ops.cast(ops.add(self.iterations, 1), dtype)
        first = ops.subtract(1.0, ops.power(ops.cast(self.beta_1, dtype), step))
        second = ops.subtract(1.0, ops.power(ops.cast(self.beta_2, dtype), step))
        return ops.divide(ops.sqrt(second), first)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
            "amsgrad": self.amsgrad,
        }
