"""Adadelta: gradients scaled by the size of past steps over that of past gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from keras_core import Variable, config, ops
from keras_core.optimizers import Optimizer, OptimizerArguments

if TYPE_CHECKING:
    from keras_core.typing import DecayRate, Tensor


class Adadelta(Optimizer):
    """Adadelta: gradients scaled by the ratio of the root mean squares of past steps and past gradients.

    With moving averages ``a`` of ``g ** 2`` and ``d`` of ``step ** 2``, ``step = sqrt(d + epsilon) / sqrt(a + epsilon)
    * g`` and ``w -= learning_rate * step``. The paper's rule has a learning rate of 1.

    Args:
        learning_rate: a number, a `LearningRateSchedule`, or a function without arguments that returns a number.
            Defaults to 0.001.
        rho: decay rate of both averages, in [0, 1). Defaults to 0.95.
        epsilon: small number that keeps the ratio finite and the first steps above 0; None takes
            `keras.config.epsilon()`. Defaults to 1e-07.
        **kwargs: arguments of every optimizer: `weight_decay`, `clipnorm`, `clipvalue`, `global_clipnorm`, `use_ema`,
            `ema_momentum`, `ema_overwrite_frequency`, `loss_scale_factor`, `gradient_accumulation_steps` and `name`,
            see `keras.optimizers.Optimizer`.

    Raises:
        ValueError: if an argument of every optimizer is unknown or out of range.

    Example:
        >>> from keras_core import Variable
        >>> from keras_optimizers import Adadelta
        >>> w = Variable([1.0, 2.0])
        >>> Adadelta(1.0).apply([[1.0, -1.0]], [w])
        >>> [round(value, 4) for value in w.numpy().tolist()]
        [0.9986, 2.0014]

    Reference: Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012, https://arxiv.org/abs/1212.5701
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: DecayRate = 0.95,
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
