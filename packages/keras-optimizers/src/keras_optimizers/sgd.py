"""SGD: gradient descent, with or without momentum."""

from __future__ import annotations

from typing import Any, Unpack

from keras_core import Variable, ops
from keras_core.optimizers import Optimizer, OptimizerArguments
from keras_core.typing import Tensor


class SGD(Optimizer):
    """Gradient descent, with or without momentum.

    Without momentum `w -= learning_rate * g`. With it `m = momentum * m - learning_rate * g` and `w += m`,
    or by Nesterov's rule `w += momentum * m - learning_rate * g`.

    Args:
        learning_rate: a number, a schedule or a function without arguments.
        momentum: the share of the last step that is taken again, in [0, 1].
        nesterov: whether to look ahead along the momentum.
        kwargs: what every optimizer takes, see `keras.optimizers.Optimizer`.

    Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.

    Example:
        >>> from keras_core import Variable
        >>> from keras_optimizers import SGD
        >>> w = Variable([1.0, 2.0])
        >>> SGD(0.5).apply([[1.0, 1.0]], [w])
        >>> w.numpy().tolist()
        [0.5, 1.5]
    """

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

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "momentum": self.momentum, "nesterov": self.nesterov}
