"""Base of ExponentialDecay and InverseTimeDecay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import config, ops
from keras_core.optimizers import LearningRateSchedule

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class BaseTimeDecay(LearningRateSchedule):
    """A rate that decays by `decay_rate` in every `decay_steps` steps, evenly or all at once."""

    def __init__(
        self, initial_learning_rate: float, decay_steps: int, decay_rate: float, staircase: bool, name: str
    ) -> None:
        if decay_steps <= 0:
            raise ValueError(f"{name}: decay_steps must be positive, got {decay_steps}.")
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def _periods(self, step: Any) -> Tensor:
        """How many times `decay_steps` have passed."""
        periods = ops.divide(ops.cast(step, config.floatx()), self.decay_steps)
        return ops.floor(periods) if self.staircase else periods

    def get_config(self) -> dict[str, Any]:
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
            "name": self.name,
        }
