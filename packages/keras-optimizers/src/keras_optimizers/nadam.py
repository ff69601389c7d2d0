"""Nadam: Adam with Nesterov momentum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from keras_core import Variable, ops
from keras_core.saving import ChosenArrays, sorted_names

from keras_optimizers.base_moments import BaseMoments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keras_core.optimizers import OptimizerArguments
    from keras_core.typing import DecayRate, Tensor

_WARMUP = 1000  # steps, after which 0.96 to their power does not change 1 any more


class Nadam(BaseMoments):
    """Nadam: Adam with Nesterov momentum.

    With ``m`` and ``v`` as in `Adam`, ``u_t = beta_1 * (1 - 0.5 * 0.96 ** t)`` and ``p_t = u_1 * ... * u_t``, ``mean =
    u_(t+1) * m / (1 - p_(t+1)) + (1 - u_t) * g / (1 - p_t)`` and ``w -= learning_rate * mean / (sqrt(v / (1 - beta_2 **
    t)) + epsilon)`` in step ``t``, counted from 1.

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
        >>> from keras_optimizers import Nadam
        >>> w = Variable([1.0, 2.0])
        >>> Nadam(0.1).apply([[1.0, -1.0]], [w])
        >>> [round(value, 4) for value in w.numpy().tolist()]
        [0.8937, 2.1063]

    Reference: Dozat, "Incorporating Nesterov Momentum into Adam", 2016,
        https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: DecayRate = 0.9,
        beta_2: DecayRate = 0.999,
        epsilon: float | None = 1e-7,
        **kwargs: Unpack[OptimizerArguments],
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **kwargs)
        self._product: Variable | None = None

    def make_slots(self, variables: list[Variable]) -> None:
        super().make_slots(variables)
        dtype = variables[0].dtype if variables else None
        self._product = self.add_variable((), "ones", dtype, name="momentum_product")

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Take the state from `store`; the product of momenta follows from the number of steps if missing."""
        items: list[Any] = list(sorted_names(store))
        place = next((at for at, variable in enumerate(self.variables) if variable is self._product), None)
        if place is not None and len(items) == len(self.variables) - 1:
            items.insert(place, self._product_after(int(store[items[0]])))
        super().load_own_variables(ChosenArrays(store, items))

    def _product_after(self, steps: int) -> float:
        product = 1.0
        for step in range(1, min(steps, _WARMUP) + 1):
            product *= self.beta_1 * (1.0 - 0.5 * 0.96**step)
        return product * float(self.beta_1) ** max(steps - _WARMUP, 0)

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        index = self._get_variable_index(variable)
        of_momentum, of_gradient, of_velocity = self.shared_values(variable.dtype)
        momentum = self.move_average(self._first_moments[index], gradient, self.beta_1)
        velocity = self.move_average(self._second_moments[index], ops.square(gradient), self.beta_2)
        mean = ops.add(ops.multiply(momentum, of_momentum), ops.multiply(gradient, of_gradient))
        deviation = ops.sqrt(ops.divide(velocity, of_velocity))
        rate = ops.cast(learning_rate, variable.dtype)
        self.assign_sub(variable, ops.divide(ops.multiply(mean, rate), ops.add(deviation, self.epsilon)))

    def step_values(self, dtype: str) -> tuple[Tensor, Tensor, Tensor]:
        """Shares of the first moment and of the gradient in the mean, and what corrects the second moment."""
        assert self._product is not None
        now, following = self._momentum_at(1, dtype), self._momentum_at(2, dtype)
        product = ops.multiply(ops.cast(self._product, dtype), now)
        of_momentum = ops.divide(following, ops.subtract(1.0, ops.multiply(product, following)))
        of_gradient = ops.divide(ops.subtract(1.0, now), ops.subtract(1.0, product))
        return of_momentum, of_gradient, self._missing(self.beta_2, dtype)

    def end_step(self) -> None:
        assert self._product is not None
        dtype = self._product.dtype
        self.assign(self._product, ops.multiply(self._product, self._momentum_at(1, dtype)))

    def _momentum_at(self, ahead: int, dtype: str) -> Tensor:
        fading = ops.power(ops.cast(0.96, dtype), ops.cast(ops.add(self.iterations, ahead), dtype))
        return ops.multiply(ops.subtract(1.0, ops.multiply(fading, 0.5)), self.beta_1)
