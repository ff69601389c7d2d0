"""ExponentialDecay: exponential decay of the learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import config, ops

from keras_optimizers.schedules.base_time_decay import BaseTimeDecay

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class ExponentialDecay(BaseTimeDecay):
    """Exponential decay: ``initial_learning_rate * decay_rate ** (step / decay_steps)``.

    Args:
        initial_learning_rate: learning rate at step 0.
        decay_steps: number of steps in which the rate decays by `decay_rate`, positive.
        decay_rate: factor of the decay.
        staircase: whether ``step / decay_steps`` is rounded down, so that the rate decays in intervals. Defaults to
            False.
        name: name of the schedule. Defaults to "ExponentialDecay".

    Call arguments:
        step: number of the optimizer's step, from 0, an integer or a scalar tensor.

    Raises:
        ValueError: if `decay_steps` is not positive.

    Example:
        >>> from keras_optimizers.schedules import ExponentialDecay
        >>> round(float(ExponentialDecay(0.1, decay_steps=10, decay_rate=0.5)(20)), 6)
        0.025
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        super().__init__(initial_learning_rate, decay_steps, decay_rate, staircase, name)

    def __call__(self, step: Any) -> Tensor:
        periods = self._periods(step)
        return ops.multiply(ops.power(ops.cast(self.decay_rate, config.floatx()), periods), self.initial_learning_rate)
