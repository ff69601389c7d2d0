"""Adagrad: gradients divided by the root of the sum of their squares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from keras_core import Variable, config, ops
from keras_core.optimizers import Optimizer, OptimizerArguments

if TYPE_CHECKING:
    from keras_core import RowGradient
    from keras_core.typing import Tensor


class Adagrad(Optimizer):
    """Adagrad: gradients divided by the root of the sum of all their squares so far.

    ``s += g ** 2`` and ``w -= learning_rate * g / sqrt(s + epsilon)``, so that parameters of rare features get larger
    steps.

    Without weight decay, clipping and averages, a step changes only those rows of a large `Embedding` that its batch
    has read, and costs what these cost, since a gradient of 0 changes nothing.

    Args:
        learning_rate: a number, a `LearningRateSchedule`, or a function without arguments that returns a number.
            Defaults to 0.001.
        initial_accumulator_value: initial value of the sum, at least 0. Defaults to 0.1.
        epsilon: small number that keeps the division finite; None takes `keras.config.epsilon()`. Defaults to 1e-07.
        **kwargs: arguments of every optimizer: `weight_decay`, `clipnorm`, `clipvalue`, `global_clipnorm`, `use_ema`,
            `ema_momentum`, `ema_overwrite_frequency`, `loss_scale_factor`, `gradient_accumulation_steps` and `name`,
            see `keras.optimizers.Optimizer`.

    Raises:
        ValueError: if `initial_accumulator_value` is negative, or an argument of every optimizer is unknown or out of
            range.

    Example:
        >>> from keras_core import Variable
        >>> from keras_optimizers import Adagrad
        >>> w = Variable([1.0, 2.0])
        >>> Adagrad(0.1).apply([[1.0, -1.0]], [w])
        >>> [round(value, 4) for value in w.numpy().tolist()]
        [0.9047, 2.0953]

    Reference: Duchi et al., "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", 2011,
        https://jmlr.org/papers/v12/duchi11a.html
    """

    elementwise = True

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
        self.assign_sub(variable, self._step_of(gradient, total, learning_rate))

    @property
    def trains_rows(self) -> bool:  # type: ignore[override]
        return self.initial_accumulator_value > 0 or self.epsilon > 0  # a gradient of 0 would be divided by 0

    def row_step(self, gradient: RowGradient, variable: Variable, learning_rate: Tensor) -> None:
        accumulated = self._accumulated[self._get_variable_index(variable)]
        gradient = gradient.summed(variable.shape)
        places, values = gradient.indices, gradient.values
        total = ops.add(accumulated.rows(places), ops.square(values))
        step = self._step_of(values, total, learning_rate)
        accumulated.assign_rows(places, total)
        variable.assign_rows(places, ops.subtract(variable.rows(places), step))

    def _step_of(self, gradient: Tensor, total: Tensor, learning_rate: Tensor) -> Tensor:
        rate = ops.cast(learning_rate, ops.dtype(gradient))
        return ops.divide(ops.multiply(gradient, rate), ops.sqrt(ops.add(total, self.epsilon)))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "initial_accumulator_value": self.initial_accumulator_value,
            "epsilon": self.epsilon,
        }
