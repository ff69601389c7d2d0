"""Lion: updates by the sign of a momentum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from keras_core import Variable, ops
from keras_core.optimizers import Optimizer, OptimizerArguments

if TYPE_CHECKING:
    from keras_core.typing import DecayRate, Tensor


class Lion(Optimizer):
    """Lion: steps of equal size in the direction of the sign of a momentum.

    ``w -= learning_rate * sign(beta_1 * m + (1 - beta_1) * g)``, then ``m = beta_2 * m + (1 - beta_2) * g``. The
    learning rate should be 3 to 10 times smaller than Adam's.

    Args:
        learning_rate: a number, a `LearningRateSchedule`, or a function without arguments that returns a number.
            Defaults to 0.001.
        beta_1: weight of the momentum in the direction, in (0, 1]. Defaults to 0.9.
        beta_2: decay rate of the momentum, in [0, 1). Defaults to 0.99.
        **kwargs: arguments of every optimizer: `weight_decay`, `clipnorm`, `clipvalue`, `global_clipnorm`, `use_ema`,
            `ema_momentum`, `ema_overwrite_frequency`, `loss_scale_factor`, `gradient_accumulation_steps` and `name`,
            see `keras.optimizers.Optimizer`.

    Raises:
        ValueError: if `beta_1` is not in (0, 1], or an argument of every optimizer is unknown or out of range.

    Example:
        >>> from keras_core import Variable
        >>> from keras_optimizers import Lion
        >>> w = Variable([1.0, 2.0])
        >>> Lion(0.1).apply([[1.0, -1.0]], [w])
        >>> [round(value, 4) for value in w.numpy().tolist()]
        [0.9, 2.1]

    Reference: Chen et al., "Symbolic Discovery of Optimization Algorithms", 2023, https://arxiv.org/abs/2302.06675
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: DecayRate = 0.99,
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
