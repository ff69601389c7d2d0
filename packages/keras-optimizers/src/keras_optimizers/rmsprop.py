"""RMSprop: gradients divided by their moving root mean square."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from keras_core import Variable, config, ops
from keras_core.optimizers import Optimizer, OptimizerArguments

if TYPE_CHECKING:
    from keras_core.typing import DecayRate, Tensor


class RMSprop(Optimizer):
    """RMSprop: gradients divided by the root of a moving average of their squares.

    ``v = rho * v + (1 - rho) * g ** 2`` and ``w -= learning_rate * g / sqrt(v + epsilon)``.

    Args:
        learning_rate: a number, a `LearningRateSchedule`, or a function without arguments that returns a number.
            Defaults to 0.001.
        rho: decay rate of the moving averages, in [0, 1). Defaults to 0.9.
        momentum: fraction of the previous step that is added to the next. Defaults to 0.0.
        epsilon: small number that keeps the division finite; None takes `keras.config.epsilon()`. Defaults to 1e-07.
        centered: whether to divide by the standard deviation instead, ``sqrt(v - mean ** 2 + epsilon)`` with a moving
            average ``mean`` of gradients. Defaults to False.
        **kwargs: arguments of every optimizer: `weight_decay`, `clipnorm`, `clipvalue`, `global_clipnorm`, `use_ema`,
            `ema_momentum`, `ema_overwrite_frequency`, `loss_scale_factor`, `gradient_accumulation_steps` and `name`,
            see `keras.optimizers.Optimizer`.

    Raises:
        ValueError: if an argument of every optimizer is unknown or out of range.

    Example:
        >>> from keras_core import Variable
        >>> from keras_optimizers import RMSprop
        >>> w = Variable([1.0, 2.0])
        >>> RMSprop(0.1).apply([[1.0, -1.0]], [w])
        >>> [round(value, 4) for value in w.numpy().tolist()]
        [0.6838, 2.3162]

    Reference: Tieleman and Hinton, "Lecture 6.5: rmsprop", 2012,
        https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf; `centered`: Graves, 2013,
        https://arxiv.org/abs/1308.0850
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: DecayRate = 0.9,
        momentum: DecayRate = 0.0,
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
