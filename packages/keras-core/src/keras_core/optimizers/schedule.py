"""LearningRateSchedule: a learning rate that follows the number of steps taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from keras_core import identifiers
from keras_core.argument_checks import CheckedArguments
from keras_core.staging.variable import Variable
from keras_core.typing import ArrayLike, Tensor


class LearningRateSchedule(CheckedArguments):
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

    def __call__(self, step: ArrayLike) -> Tensor:
        """The learning rate at `step`, an integer scalar (tensor, Variable or number)."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__(self, step).")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal schedule."""
        raise NotImplementedError(f"{type(self).__name__} must define get_config(self), so that it can be saved.")

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> LearningRateSchedule:
        """The schedule whose `get_config` gave `config`."""
        return cls(**config)


LearningRate: TypeAlias = float | LearningRateSchedule | Variable | Callable[[], Tensor] | Mapping[str, Any]
"""A number, a schedule or its config, a Variable, or a function that is called in every step."""


def serialize_schedule(learning_rate_schedule: LearningRateSchedule) -> dict[str, Any]:
    """What stands for the schedule in a config.

    Args:
        learning_rate_schedule: the schedule.

    Example:
        >>> from keras_core.optimizers import LearningRateSchedule, serialize_schedule
        >>> class Constant(LearningRateSchedule):
        ...     def __call__(self, step):
        ...         return 0.1
        ...     def get_config(self):
        ...         return {}
        >>> serialize_schedule(Constant())["class_name"]
        'Constant'
    """
    config: dict[str, Any] = identifiers.serialize(learning_rate_schedule)
    return config


def deserialize_schedule(
    config: Mapping[str, Any] | str, custom_objects: Mapping[str, Any] | None = None
) -> LearningRateSchedule:
    """The schedule that `serialize_schedule` gave `config` for.

    Args:
        config: what `serialize_schedule` returned.
        custom_objects: custom classes by name, for this call only. Defaults to None.

    Raises:
        ValueError: for a config of something else, or of a schedule that is not known.

    Example:
        >>> from keras_core.optimizers import LearningRateSchedule, deserialize_schedule, serialize_schedule
        >>> class Constant(LearningRateSchedule):
        ...     def __call__(self, step):
        ...         return 0.1
        ...     def get_config(self):
        ...         return {}
        >>> config = serialize_schedule(Constant())
        >>> type(deserialize_schedule(config, custom_objects={"Constant": Constant})).__name__
        'Constant'
    """
    schedule = identifiers.deserialize("schedule", config, custom_objects)
    if not isinstance(schedule, LearningRateSchedule):
        raise ValueError(f"Expected the config of a LearningRateSchedule, got that of {schedule!r}.")
    return schedule
