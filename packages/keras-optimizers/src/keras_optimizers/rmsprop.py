"""RMSprop: steps divided by a moving root mean square of the gradient."""

from __future__ import annotations

from typing import Any, Unpack

from keras_core import Variable, config, ops
from keras_core.optimizers import Optimizer, OptimizerArguments
from keras_core.typing import Tensor


class RMSprop(Optimizer):
    """Divides each gradient by a moving root mean square of its past.

    `v = rho * v + (1 - rho) * g**2` and `w -= learning_rate * g / sqrt(v + epsilon)`.

    Args:
        learning_rate: a number, a schedule or a function without arguments.
        rho: how much of the moving average stays, in [0, 1).
        momentum: the share of the last step that is taken again.
        epsilon: keeps the division finite; None means `keras.config.epsilon()`.
        centered: whether to divide by the gradient's deviation instead, `sqrt(v - mean**2 + epsilon)`.
        kwargs: what every optimizer takes, see `keras.optimizers.Optimizer`.

    Source: Tieleman and Hinton, "Lecture 6.5: rmsprop", 2012; centered: Graves, "Generating sequences with
    recurrent neural networks", 2013.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float | None = 1e-7,
        centered: bool = False,
        **kwargs: Unpack[OptimizerArguments],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.rho = rho
        self.momentum = momentum
        self.epsilon = config.epsilon() if epsilon is None else epsilon
        self.centered = centered
        self._velocities: list[Variable] = []
        self._momenta: list[Variable] = []
        self._means: list[Variable] = []

    def make_slots(self, variables: list[Variable]) -> None:
        self._velocities = self.add_optimizer_variables(variables, "velocity")
        if self.momentum:
            self._momenta = self.add_optimizer_variables(variables, "momentum")
        if self.centered:
            self._means = self.add_optimizer_variables(variables, "average_gradient")

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        index = self._get_variable_index(variable)
        square = self.move_average(self._velocities[index], ops.square(gradient), self.rho)
        if self.centered:
            square = ops.subtract(square, ops.square(self.move_average(self._means[index], gradient, self.rho)))
        rate = ops.cast(learning_rate, variable.dtype)
        step = ops.divide(ops.multiply(gradient, rate), ops.sqrt(ops.add(square, self.epsilon)))
        if self.momentum:
            step = ops.add(ops.multiply(self._momenta[index], self.momentum), step)
            self.assign(self._momenta[index], step)
        self.assign_sub(variable, step)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "rho": self.rho,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "centered": self.centered,
        }
