"""Adam: adaptive moment estimation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from keras_core import Variable, ops

from keras_optimizers.base_moments import BaseMoments

if TYPE_CHECKING:
    from keras_core.optimizers import OptimizerArguments
    from keras_core.typing import DecayRate, Tensor


class Adam(BaseMoments):
    """Adam: the moving average of gradients, divided by the root of that of their squares.

    ``m = beta_1 * m + (1 - beta_1) * g``, ``v = beta_2 * v + (1 - beta_2) * g ** 2`` and ``w -= learning_rate * sqrt(1
    - beta_2 ** t) / (1 - beta_1 ** t) * m / (sqrt(v) + epsilon)`` in step ``t``, counted from 1. `epsilon` is the
    paper's epsilon-hat (section 2.1).

    The averages decay at every step, so that all rows of an `Embedding` change, also those that a batch does not have;
    for a large table `Adagrad`, or `SGD` without momentum, is faster by orders of magnitude.

    Args:
        learning_rate: a number, a `LearningRateSchedule`, or a function without arguments that returns a number.
            Defaults to 0.001.
        beta_1: decay rate of the moving average of gradients, in [0, 1). Defaults to 0.9.
        beta_2: decay rate of the moving average of squared gradients, in [0, 1). Defaults to 0.999.
        epsilon: small number that keeps the division finite; None takes `keras.config.epsilon()`. Defaults to 1e-07.
        amsgrad: whether to divide by the root of the largest ``v`` so far. Defaults to False.
        **kwargs: arguments of every optimizer: `weight_decay`, `clipnorm`, `clipvalue`, `global_clipnorm`, `use_ema`,
            `ema_momentum`, `ema_overwrite_frequency`, `loss_scale_factor`, `gradient_accumulation_steps` and `name`,
            see `keras.optimizers.Optimizer`.

    Raises:
        ValueError: if an argument of every optimizer is unknown or out of range.

    Example:
        >>> from keras_core import Variable
        >>> from keras_optimizers import Adam
        >>> w = Variable([1.0, 2.0])
        >>> Adam(0.1).apply([[1.0, -1.0]], [w])
        >>> [round(value, 4) for value in w.numpy().tolist()]
        [0.9, 2.1]

    Reference: Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015, https://arxiv.org/abs/1412.6980;
        `amsgrad`: Reddi et al., 2018, https://arxiv.org/abs/1904.09237
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: DecayRate = 0.9,
        beta_2: DecayRate = 0.999,
        epsilon: float | None = 1e-7,
        amsgrad: bool = False,
        **kwargs: Unpack[OptimizerArguments],
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **kwargs)
        self.amsgrad = amsgrad
        self._highest: list[Variable] = []

    def make_slots(self, variables: list[Variable]) -> None:
        super().make_slots(variables)
        if self.amsgrad:
            self._highest = self.add_optimizer_variables(variables, "velocity_hat")

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        index = self._get_variable_index(variable)
        momentum = self.move_average(self._first_moments[index], gradient, self.beta_1)
        velocity = self.move_average(self._second_moments[index], ops.square(gradient), self.beta_2)
        if self.amsgrad:
            velocity = ops.maximum(self._highest[index], velocity)
            self.assign(self._highest[index], velocity)
        rate = ops.multiply(ops.cast(learning_rate, variable.dtype), self.shared_values(variable.dtype))
        step = ops.divide(ops.multiply(momentum, rate), ops.add(ops.sqrt(velocity), self.epsilon))
        self.assign_sub(variable, step)

    def step_values(self, dtype: str) -> Tensor:
        """Factor that corrects the bias of both averages towards their initial zeros."""
        return ops.divide(ops.sqrt(self._missing(self.beta_2, dtype)), self._missing(self.beta_1, dtype))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "amsgrad": self.amsgrad}
