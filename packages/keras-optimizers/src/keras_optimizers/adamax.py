"""Adamax: Adam with the infinity norm in place of the root mean square."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from keras_core import Variable, ops

from keras_optimizers.base_moments import BaseMoments

if TYPE_CHECKING:
    from keras_core.optimizers import OptimizerArguments
    from keras_core.typing import DecayRate, Tensor


class Adamax(BaseMoments):
    """Adamax: Adam with the infinity norm in place of the root mean square.

    ``m = beta_1 * m + (1 - beta_1) * g``, ``u = max(beta_2 * u, |g|)`` and ``w -= learning_rate / (1 - beta_1 ** t) * m
    / (u + epsilon)`` in step ``t``, counted from 1.

    Args:
        learning_rate: a number, a `LearningRateSchedule`, or a function without arguments that returns a number.
            Defaults to 0.001.
        beta_1: decay rate of the moving average of gradients, in [0, 1). Defaults to 0.9.
        beta_2: decay rate of the infinity norm, in [0, 1). Defaults to 0.999.
        epsilon: small number that keeps the division finite; None takes `keras.config.epsilon()`. Defaults to 1e-07.
        **kwargs: arguments of every optimizer: `weight_decay`, `clipnorm`, `clipvalue`, `global_clipnorm`, `use_ema`,
            `ema_momentum`, `ema_overwrite_frequency`, `loss_scale_factor`, `gradient_accumulation_steps` and `name`,
            see `keras.optimizers.Optimizer`.

    Raises:
        ValueError: if an argument of every optimizer is unknown or out of range.

    Example:
        >>> from keras_core import Variable
        >>> from keras_optimizers import Adamax
        >>> w = Variable([1.0, 2.0])
        >>> Adamax(0.1).apply([[1.0, -1.0]], [w])
        >>> [round(value, 4) for value in w.numpy().tolist()]
        [0.9, 2.1]

    Reference: Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015, section 7.1,
        https://arxiv.org/abs/1412.6980
    """

    elementwise = True
    slot_names = ("momentum", "norm")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: DecayRate = 0.9,
        beta_2: DecayRate = 0.999,
        epsilon: float | None = 1e-7,
        **kwargs: Unpack[OptimizerArguments],
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **kwargs)

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        index = self._get_variable_index(variable)
        dtype = variable.dtype
        momentum = self.move_average(self._first_moments[index], gradient, self.beta_1)
        norm = ops.maximum(ops.multiply(self._second_moments[index], self.beta_2), ops.abs(gradient))
        self.assign(self._second_moments[index], norm)
        rate = ops.divide(ops.cast(learning_rate, dtype), self.shared_values(dtype))
        self.assign_sub(variable, ops.divide(ops.multiply(momentum, rate), ops.add(norm, self.epsilon)))

    def step_values(self, dtype: str) -> Tensor:
        """What corrects the bias of the first moment towards its initial zero."""
        return self._missing(self.beta_1, dtype)
