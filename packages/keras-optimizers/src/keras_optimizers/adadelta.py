"""Adadelta: steps in units of earlier steps, without a learning rate of their own."""

from __future__ import annotations

from typing import Any, Unpack

from keras_core import Variable, config, ops
from keras_core.optimizers import Optimizer, OptimizerArguments
from keras_core.typing import Tensor


class Adadelta(Optimizer):
    """Scales each gradient by the ratio of the root mean squares of past steps and past gradients.

    With moving averages `a` of `g**2` and `d` of `step**2`, `step = sqrt(d + epsilon) / sqrt(a + epsilon) * g`
    and `w -= learning_rate * step`. The paper's rule has a learning rate of 1.

    Args:
        learning_rate: a number, a schedule or a function without arguments.
        rho: how much of both averages stays, in [0, 1).
        epsilon: keeps the ratio finite and starts the motion; None means `keras.config.epsilon()`.
        kwargs: what every optimizer takes, see `keras.optimizers.Optimizer`.

    Source: Zeiler, "ADADELTA: an adaptive learning rate method", 2012.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.95,
        epsilon: float | None = 1e-7,
        **kwargs: Unpack[OptimizerArguments],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.rho = rho
        self.epsilon = config.epsilon() if epsilon is None else epsilon
        self._gradients: list[Variable] = []
        self._steps: list[Variable] = []

    def make_slots(self, variables: list[Variable]) -> None:
        self._gradients, self._steps = self.add_optimizer_variables(
            variables, ("accumulated_grad", "accumulated_delta_var")
        )

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        index = self._get_variable_index(variable)
        past = self._steps[index]
        square = self.move_average(self._gradients[index], ops.square(gradient), self.rho)
        ratio = ops.divide(ops.add(past, self.epsilon), ops.add(square, self.epsilon))
        step = ops.multiply(ops.sqrt(ratio), gradient)
        self.move_average(past, ops.square(step), self.rho)
        self.assign_sub(variable, ops.multiply(step, ops.cast(learning_rate, variable.dtype)))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rho": self.rho, "epsilon": self.epsilon}
