"""Lion: steps by the sign of a momentum."""

from __future__ import annotations

from typing import Any, Unpack

from keras_core import Variable, ops
from keras_core.optimizers import Optimizer, OptimizerArguments
from keras_core.typing import Tensor


class Lion(Optimizer):
    """Moves every weight by the learning rate, in the direction of the momentum's sign.

    `w -= learning_rate * sign(beta_1 * m + (1 - beta_1) * g)`, then `m = beta_2 * m + (1 - beta_2) * g`.
    Its learning rate should be 3 to 10 times smaller than Adam's.

    Args:
        learning_rate: a number, a schedule or a function without arguments.
        beta_1: share of the momentum in the direction, in (0, 1].
        beta_2: how much of the momentum stays, in [0, 1).
        kwargs: what every optimizer takes, see `keras.optimizers.Optimizer`.

    Source: Chen et al., "Symbolic discovery of optimization algorithms", 2023.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
        **kwargs: Unpack[OptimizerArguments],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        if not 0 < beta_1 <= 1:
            raise ValueError(f"Lion: beta_1 must lie in (0, 1], got {beta_1}; at 0 it would be plain sign descent.")
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self._momenta: list[Variable] = []

    def make_slots(self, variables: list[Variable]) -> None:
        self._momenta = self.add_optimizer_variables(variables, "momentum")

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        momentum = self._momenta[self._get_variable_index(variable)]
        mixed = ops.add(ops.multiply(momentum, self.beta_1), ops.multiply(gradient, 1 - self.beta_1))
        self.assign_sub(variable, ops.multiply(ops.sign(mixed), ops.cast(learning_rate, variable.dtype)))
        self.move_average(momentum, gradient, self.beta_2)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2}
