"""Learning-rate schedules to and from configs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras_core import registry
from keras_core.optimizers.schedule import LearningRateSchedule


def serialize(learning_rate_schedule: LearningRateSchedule) -> dict[str, Any]:
    """What stands for the schedule in a config."""
    config: dict[str, Any] = registry.serialize(learning_rate_schedule)
    return config


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> LearningRateSchedule:
    """The schedule that `serialize` gave `config` for.

    Raises:
        ValueError: for a config of something else, or of a schedule that is not known.
    """
    schedule = registry.deserialize("schedule", config, custom_objects)
    if not isinstance(schedule, LearningRateSchedule):
        raise ValueError(f"Expected the config of a LearningRateSchedule, got that of {schedule!r}.")
    return schedule
