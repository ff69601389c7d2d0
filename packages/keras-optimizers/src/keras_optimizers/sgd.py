"""SGD: gradient descent, with or without momentum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from keras_core import Variable, ops
from keras_core.optimizers import Optimizer, OptimizerArguments

if TYPE_CHECKING:
    from keras_core import RowGradient
    from keras_core.typing import Tensor


class SGD(Optimizer):
    """Stochastic gradient descent, with or without momentum.

    Without momentum ``w -= learning_rate * g``. With it ``m = momentum * m - learning_rate * g`` and ``w += m``, or
    with `nesterov` ``w += momentum * m - learning_rate * g``.

    Without momentum, weight decay, clipping and averages, a step changes only those rows of a large `Embedding` that
    its batch has read, and costs what these cost; with one of them it changes the whole table.

    Args:
        learning_rate: a number, a `LearningRateSchedule`, or a function without arguments that returns a number.
            Defaults to 0.01.
        momentum: fraction of the previous step that is added to the next, in [0, 1]. Defaults to 0.0.
        nesterov: whether to use Nesterov momentum. Defaults to False.
        **kwargs: arguments of every optimizer: `weight_decay`, `clipnorm`, `clipvalue`, `global_clipnorm`, `use_ema`,
            `ema_momentum`, `ema_overwrite_frequency`, `loss_scale_factor`, `gradient_accumulation_steps` and `name`,
            see `keras.optimizers.Optimizer`.

    Raises:
        ValueError: if `momentum` is not in [0, 1], or an argument of every optimizer is unknown or out of range.

    Example:
        >>> from keras_core import Variable
        >>> from keras_optimizers import SGD
        >>> w = Variable([1.0, 2.0])
        >>> SGD(0.1).apply([[1.0, -1.0]], [w])
        >>> [round(value, 4) for value in w.numpy().tolist()]
        [0.9, 2.1]

    Reference: Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013,
        https://proceedings.mlr.press/v28/sutskever13.html
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        **kwargs: Unpack[OptimizerArguments],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        if not 0 <= momentum <= 1:
            raise ValueError(f"SGD: momentum must lie in [0, 1], got {momentum}.")
        self.momentum = momentum
        self.nesterov = nesterov
        self._momenta: list[Variable] = []

    def make_slots(self, variables: list[Variable]) -> None:
        if self.momentum:
            self._momenta = self.add_optimizer_variables(variables, "momentum")

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        step = ops.multiply(gradient, ops.cast(learning_rate, variable.dtype))
        if not self.momentum:
            self.assign_sub(variable, step)
            return
        momentum = self._momenta[self._get_variable_index(variable)]
        velocity = ops.subtract(ops.multiply(momentum, self.momentum), step)
        self.assign(momentum, velocity)
        if self.nesterov:
            velocity = ops.subtract(ops.multiply(velocity, self.momentum), step)
        self.assign_add(variable, velocity)

    @property
    def trains_rows(self) -> bool:  # type: ignore[override]
        return not self.momentum

    def row_step(self, gradient: RowGradient, variable: Variable, learning_rate: Tensor) -> None:
        rate = ops.negative(ops.cast(learning_rate, variable.dtype))
        variable.add_to_rows(gradient.indices, ops.multiply(gradient.values, rate))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "momentum": self.momentum, "nesterov": self.nesterov}
