"""LearningRateSchedule: a learning rate that follows the number of steps taken."""

from __future__ import annotations

from typing import Any

from keras_core.typing import Tensor


class LearningRateSchedule:
    """Base of all schedules: a callable from the step to the learning rate.

    A subclass defines `__call__` in terms of `keras.ops`, since it runs inside the compiled training
    step, and `get_config`.

    Example:
        >>> class Halving(LearningRateSchedule):
        ...     def __call__(self, step):
        ...         return 0.1 * 0.5**step
        >>> Halving()(2)
        0.025
    """

    def __call__(self, step: Any) -> Tensor:
        """The learning rate at `step`, an integer scalar (tensor, Variable or number)."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__(self, step).")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal schedule."""
        raise NotImplementedError(f"{type(self).__name__} must define get_config(self), so that it can be saved.")

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> LearningRateSchedule:
        """The schedule whose `get_config` gave `config`."""
        return cls(**config)
