"""Lamb: Adam with layerwise adaptation, for large batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from keras_core import Variable, ops

from keras_optimizers.base_moments import BaseMoments

if TYPE_CHECKING:
    from keras_core.optimizers import OptimizerArguments
    from keras_core.typing import DecayRate, Tensor


class Lamb(BaseMoments):
    """LAMB: Adam whose step is scaled to the norm of each variable, for large batches.

    With Adam's bias-corrected averages ``m`` and ``v``, ``r = m / (sqrt(v) + epsilon)`` and ``w -= learning_rate *
    norm(w) / norm(r) * r``; the ratio is 1 where a norm is 0.

    Args:
        learning_rate: a number, a `LearningRateSchedule`, or a function without arguments that returns a number.
            Defaults to 0.001.
        beta_1: decay rate of the moving average of gradients, in [0, 1). Defaults to 0.9.
        beta_2: decay rate of the moving average of squared gradients, in [0, 1). Defaults to 0.999.
        epsilon: small number that keeps the division finite; None takes `keras.config.epsilon()`. Defaults to 1e-07.
        **kwargs: arguments of every optimizer: `weight_decay`, `clipnorm`, `clipvalue`, `global_clipnorm`, `use_ema`,
            `ema_momentum`, `ema_overwrite_frequency`, `loss_scale_factor`, `gradient_accumulation_steps` and `name`,
            see `keras.optimizers.Optimizer`.

    Raises:
        ValueError: if an argument of every optimizer is unknown or out of range.

    Example:
        >>> from keras_core import Variable
        >>> from keras_optimizers import Lamb
        >>> w = Variable([1.0, 2.0])
        >>> Lamb(0.1).apply([[1.0, -1.0]], [w])
        >>> [round(value, 4) for value in w.numpy().tolist()]
        [0.8419, 2.1581]

    Reference: You et al., "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes", 2020,
        https://arxiv.org/abs/1904.00962
    """

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
        of_mean, of_square = self.shared_values(variable.dtype)
        mean = ops.divide(self.move_average(self._first_moments[index], gradient, self.beta_1), of_mean)
        square = self.move_average(self._second_moments[index], ops.square(gradient), self.beta_2)
        square = ops.divide(square, of_square)
        direction = ops.divide(mean, ops.add(ops.sqrt(square), self.epsilon))
        ratio = ops.divide(_norm(variable), _norm(direction))
        usable = ops.logical_and(ops.isfinite(ratio), ops.greater(ratio, 0))
        rate = ops.multiply(ops.where(usable, ratio, 1.0), ops.cast(learning_rate, variable.dtype))
        self.assign_sub(variable, ops.multiply(direction, rate))

    def step_values(self, dtype: str) -> tuple[Tensor, Tensor]:
        """What corrects the bias of both averages towards their initial zeros."""
        return self._missing(self.beta_1, dtype), self._missing(self.beta_2, dtype)


def _norm(x: Any) -> Tensor:
    return ops.sqrt(ops.sum(ops.square(x)))
