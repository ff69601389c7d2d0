"""ScheduleFreeAdamW: averages in place of a learning-rate schedule."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

from keras_core import Trace, Variable, ops
from keras_core.optimizers import Optimizer, OptimizerArguments

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from keras_core.typing import DecayRate, Tensor


class ScheduleFreeAdamW(Optimizer):
    """Schedule-free AdamW: gradients are taken between where Adam has come to and the average of where it was.

    Adam without a first moment moves ``z``; ``x`` is the mean of all ``z``, each weighted by the square of its learning
    rate in the warm-up; and the variables hold ``y = (1 - beta_1) * z + beta_1 * x``. In step ``t``, counted from 1,
    ``v = beta_2 * v + (1 - beta_2) * g ** 2`` and ``z -= rate * (g / (sqrt(v / (1 - beta_2 ** t)) + epsilon) +
    weight_decay * y)``, where the rate grows to `learning_rate` in the first `warmup_steps` steps and then stays there.

    ``x`` is what is to be used. The variables hold it when `fit` ends, when callbacks are told that an epoch has, and
    in `evaluate`, `predict` and files; steps of training put ``y`` back before they go on. Where a model is called
    in another way, as between calls of `train_on_batch` and in loops of one's own, `swap_to_eval` puts ``x`` into the
    variables and `swap_to_train` puts ``y`` back. Keras 3 evaluates, predicts with and saves ``y``; a file of it is
    read as if it held ``x``.

    Args:
        learning_rate: a number, a `LearningRateSchedule`, or a function without arguments that returns a number.
            Defaults to 0.0025.
        beta_1: how near to the average gradients are taken, in (0, 1). Defaults to 0.9.
        beta_2: decay rate of the moving average of squared gradients, in [0, 1). Defaults to 0.999.
        epsilon: small number that keeps the division finite. Defaults to 1e-08.
        warmup_steps: number of steps in which the learning rate grows. Defaults to 0.
        **kwargs: arguments of every optimizer: `weight_decay`, `clipnorm`, `clipvalue`, `global_clipnorm`, `use_ema`,
            `ema_momentum`, `ema_overwrite_frequency`, `loss_scale_factor`, `gradient_accumulation_steps` and `name`,
            see `keras.optimizers.Optimizer`.

    Raises:
        ValueError: if `beta_1` is not between 0 and 1, or an argument of every optimizer is unknown or out of range.

    Example:
        >>> from keras_core import Variable
        >>> from keras_optimizers import ScheduleFreeAdamW
        >>> w = Variable([1.0])
        >>> optimizer = ScheduleFreeAdamW(0.1)
        >>> for _ in range(2):
        ...     optimizer.apply([[1.0]], [w])
        >>> training = float(w.numpy()[0])
        >>> optimizer.swap_to_eval()
        >>> round(training, 4), round(float(w.numpy()[0]), 4)
        (0.845, 0.85)

    Reference: Defazio et al., "The Road Less Scheduled", 2024, https://arxiv.org/abs/2405.15682
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.0025,
        beta_1: float = 0.9,
        beta_2: DecayRate = 0.999,
        epsilon: float = 1e-8,
        warmup_steps: int = 0,
        **kwargs: Unpack[OptimizerArguments],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        if not 0 < beta_1 < 1:
            raise ValueError(f"ScheduleFreeAdamW: beta_1 must lie between 0 and 1, got {beta_1}.")
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.warmup_steps = warmup_steps
        self._reached: list[Variable] = []
        self._squares: list[Variable] = []
        self._averages_shown: list[bool] = []  # one, once the slots are made, which have it among them

    def make_slots(self, variables: list[Variable]) -> None:
        for variable in variables:
            beginning = partial(_value_of, variable)
            self._reached.append(self.add_variable_from_reference(variable, "momentum", beginning))
            self._squares.append(self.add_variable_from_reference(variable, "velocity"))
        self._averages_shown.append(False)

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        index = self._get_variable_index(variable)
        dtype = variable.dtype
        step, missing = self.shared_values(dtype)
        rate, weight = self._rate_and_weight(ops.cast(learning_rate, dtype), step)
        square = self.move_average(self._squares[index], ops.square(gradient), self.beta_2)
        square = ops.divide(square, missing)
        direction = ops.divide(gradient, ops.add(ops.sqrt(square), self.epsilon))
        decay = self.weight_decay_of(variable)
        if decay is not None:
            direction = ops.add(direction, ops.multiply(variable, decay))
        before = ops.where(ops.equal(step, 1), variable, self._reached[index])  # training begins from the variable
        reached = ops.subtract(before, ops.multiply(direction, rate))
        mean = self._mean(variable, before)
        mean = ops.add(mean, ops.multiply(ops.subtract(reached, mean), weight))
        self.assign(self._reached[index], reached)
        self.assign(variable, self._between(mean, reached))

    def step_values(self, dtype: str) -> tuple[Tensor, Tensor]:
        """The number of this step, from 1, and what corrects the bias of the squares towards their initial zeros."""
        step = ops.cast(ops.add(self.iterations, 1), dtype)
        return step, ops.subtract(1.0, ops.power(ops.cast(self.beta_2, dtype), step))

    def _rate_and_weight(self, rate: Tensor, step: Tensor) -> tuple[Tensor, Any]:
        """The learning rate of this step, and its square's share in the sum of all squares so far."""
        warm = self.warmup_steps
        if not warm:
            return rate, ops.divide(1.0, step)
        share = ops.minimum(ops.divide(step, warm), 1.0)
        inside = ops.minimum(step, warm)  # the sum of (i / warm) ** 2 has a closed form
        squares = inside * (inside + 1.0) * (2.0 * inside + 1.0) / (6.0 * warm**2)
        return ops.multiply(rate, share), ops.divide(ops.square(share), squares + ops.maximum(step - warm, 0.0))

    def _between(self, mean: Any, reached: Any) -> Tensor:
        return ops.add(reached, ops.multiply(ops.subtract(mean, reached), self.beta_1))

    def _mean(self, between: Any, reached: Any) -> Tensor:
        return ops.add(reached, ops.divide(ops.subtract(between, reached), self.beta_1))

    def _decay_weights(self, variable: Variable, rate: Tensor) -> None:
        """Nothing: the decay is a part of the step."""

    @property
    def swaps_weights(self) -> bool:
        return True

    @property
    def holds_averages(self) -> bool:
        return self._averages_shown == [True]

    @holds_averages.setter
    def holds_averages(self, value: bool) -> None:
        if self._averages_shown:
            self._averages_shown[0] = value

    def swap_to_eval(self) -> None:
        """Put the averages into the variables. Called again, or before the first step, it does nothing."""
        if self._averages_shown == [False] and int(self.iterations):
            self._swap(self._mean)

    def swap_to_train(self) -> None:
        """Put back what training goes on from. Called again, it does nothing."""
        if self._averages_shown == [True]:
            self._swap(self._between)

    train, eval = swap_to_train, swap_to_eval

    def _swap(self, change: Any) -> None:
        """Change all variables, or none: `change` is not to be applied again to one that has been changed."""
        backend = self.iterations.backend
        with Trace(backend) as trace:
            for variable, reached in zip(self._trainable_variables, self._reached, strict=True):
                variable.assign(change(variable, reached))
        backend.write([(variable.storage, value) for variable, value in trace.written.items()])
        self._averages_shown[0] = not self._averages_shown[0]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
            "warmup_steps": self.warmup_steps,
        }


def _value_of(variable: Variable, shape: Sequence[int], dtype: str | None = None) -> np.ndarray:
    """An initializer: what a variable holds when the value is first needed."""
    return variable.numpy()
