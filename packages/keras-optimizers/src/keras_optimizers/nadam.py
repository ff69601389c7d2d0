"""Nadam: Adam with Nesterov momentum."""

from __future__ import annotations

from typing import Any, Unpack

from keras_core import Variable, config, ops
from keras_core.optimizers import Optimizer, OptimizerArguments
from keras_core.typing import Tensor


class Nadam(Optimizer):
    """Adam that looks ahead along its momentum, with the paper's warming momentum schedule.

    The momentum of step `t` is `u_t = beta_1 * (1 - 0.5 * 0.96**t)`; their product so far takes the place of
    `beta_1**t` in the correction of the gradient's average.

    Args:
        learning_rate: a number, a schedule or a function without arguments.
        beta_1: how much of the gradient's average stays, in [0, 1).
        beta_2: how much of the square's average stays, in [0, 1).
        epsilon: keeps the division finite; None means `keras.config.epsilon()`.
        kwargs: what every optimizer takes, see `keras.optimizers.Optimizer`.

    Source: Dozat, "Incorporating Nesterov momentum into Adam", 2015.
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
        self._velocities: list[Variable] = []
        self._product: Variable | None = None

    def make_slots(self, variables: list[Variable]) -> None:
        self._momenta, self._velocities = self.add_optimizer_variables(variables, ("momentum", "velocity"))
        dtype = variables[0].dtype if variables else None
        self._product = self.add_variable((), "ones", dtype, name="momentum_product")

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        index = self._get_variable_index(variable)
        dtype = variable.dtype
        assert self._product is not None
        now, following = self._momentum_at(1, dtype), self._momentum_at(2, dtype)
        product = ops.multiply(ops.cast(self._product, dtype), now)
        ahead = ops.multiply(product, following)
        momentum = self.move_average(self._momenta[index], gradient, self.beta_1)
        velocity = self.move_average(self._velocities[index], ops.square(gradient), self.beta_2)
        of_momentum = ops.divide(following, ops.subtract(1.0, ahead))
        of_gradient = ops.divide(ops.subtract(1.0, now), ops.subtract(1.0, product))
        mean = ops.add(ops.multiply(momentum, of_momentum), ops.multiply(gradient, of_gradient))
        fading = ops.power(ops.cast(self.beta_2, dtype), self._step(1, dtype))
        deviation = ops.sqrt(ops.divide(velocity, ops.subtract(1.0, fading)))
        rate = ops.cast(learning_rate, dtype)
        self.assign_sub(variable, ops.divide(ops.multiply(mean, rate), ops.add(deviation, self.epsilon)))

    def end_step(self) -> None:
        assert self._product is not None
        dtype = self._product.dtype
        self.assign(self._product, ops.multiply(self._product, self._momentum_at(1, dtype)))

    def _step(self, ahead: int, dtype: str) -> Tensor:
        return ops.cast(ops.add(self.iterations, ahead), dtype)

    def _momentum_at(self, ahead: int, dtype: str) -> Tensor:
        fading = ops.power(ops.cast(0.96, dtype), self._step(ahead, dtype))
        return ops.multiply(ops.subtract(1.0, ops.multiply(fading, 0.5)), self.beta_1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
