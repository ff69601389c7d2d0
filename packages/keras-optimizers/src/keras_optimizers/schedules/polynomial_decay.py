"""PolynomialDecay: polynomial decay of the learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import config, ops
from keras_core.optimizers import LearningRateSchedule

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class PolynomialDecay(LearningRateSchedule):
    """Polynomial decay: ``(initial - end) * (1 - step / decay_steps) ** power + end``, and ``end`` afterwards.

    ``initial`` and ``end`` stand for `initial_learning_rate` and `end_learning_rate`.

    Args:
        initial_learning_rate: learning rate at step 0.
        decay_steps: step at which the final rate is reached, positive.
        end_learning_rate: final learning rate. Defaults to 0.0001.
        power: exponent of the polynomial; 1 is linear. Defaults to 1.0.
        cycle: whether to continue after `decay_steps`, with the next multiple of it above the step in its place.
            Defaults to False.
        name: name of the schedule. Defaults to "PolynomialDecay".

    Call arguments:
        step: number of the optimizer's step, from 0, an integer or a scalar tensor.

    Raises:
        ValueError: if `decay_steps` is not positive.

    Example:
        >>> from keras_optimizers.schedules import PolynomialDecay
        >>> round(float(PolynomialDecay(0.1, decay_steps=10, end_learning_rate=0.0)(5)), 6)
        0.05
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        if decay_steps <= 0:
            raise ValueError(f"{name}: decay_steps must be positive, got {decay_steps}.")
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name

    def __call__(self, step: Any) -> Tensor:
        passed = ops.divide(ops.cast(step, config.floatx()), self.decay_steps)
        if self.cycle:
            passed = ops.divide(passed, ops.maximum(ops.ceil(passed), 1.0))
        else:
            passed = ops.minimum(passed, 1.0)
        height = self.initial_learning_rate - self.end_learning_rate
        left = ops.power(ops.subtract(1.0, passed), self.power)
        return ops.add(ops.multiply(left, height), self.end_learning_rate)

    def get_config(self) -> dict[str, Any]:
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "end_learning_rate": self.end_learning_rate,
            "power": self.power,
            "cycle": self.cycle,
            "name": self.name,
        }
