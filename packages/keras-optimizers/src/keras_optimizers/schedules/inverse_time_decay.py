"""InverseTimeDecay: inverse time decay of the learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_optimizers.schedules.base_time_decay import BaseTimeDecay

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class InverseTimeDecay(BaseTimeDecay):
    """Inverse time decay: ``initial_learning_rate / (1 + decay_rate * step / decay_steps)``.

    Args:
        initial_learning_rate: learning rate at step 0.
        decay_steps: number of steps in which the divisor grows by `decay_rate`, positive.
        decay_rate: growth of the divisor.
        staircase: whether ``step / decay_steps`` is rounded down, so that the rate decays in intervals. Defaults to
            False.
        name: name of the schedule. Defaults to "InverseTimeDecay".

    Call arguments:
        step: number of the optimizer's step, from 0, an integer or a scalar tensor.

    Raises:
        ValueError: if `decay_steps` is not positive.

    Example:
        >>> from keras_optimizers.schedules import InverseTimeDecay
        >>> round(float(InverseTimeDecay(0.1, decay_steps=10, decay_rate=1.0)(10)), 6)
        0.05
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "InverseTimeDecay",
    ) -> None:
        super().__init__(initial_learning_rate, decay_steps, decay_rate, staircase, name)

    def __call__(self, step: Any) -> Tensor:
        periods = self._periods(step)
        return ops.divide(self.initial_learning_rate, ops.add(ops.multiply(periods, self.decay_rate), 1.0))
