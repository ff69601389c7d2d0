"""The learning rate of an optimizer: a number, a schedule that computes it from the step, or a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeGuard

import numpy as np

from keras_core import config, dtypes, identifiers, ops
from keras_core.argument_checks import CheckedArguments
from keras_core.backend import discovery as backends
from keras_core.optimizers.optimizer_state import OptimizerState
from keras_core.returned import something
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


class OptimizerRate(OptimizerState):
    """The part of `Optimizer` that holds the learning rate, and makes it from what was given and for the config."""

    decay: float

    @property
    def learning_rate(self) -> Tensor:
        """The learning rate: a Variable, or the schedule's present value.

        Set it to a number, a schedule or a function. A number assigned to a Variable costs no recompilation.
        """
        rate = self._learning_rate
        if isinstance(rate, LearningRateSchedule):
            return rate(self._iterations)
        return rate if isinstance(rate, Variable) else rate()

    @learning_rate.setter
    def learning_rate(self, rate: LearningRate) -> None:
        if isinstance(self._learning_rate, Variable) and _is_number(rate):
            self._learning_rate.assign(float(rate) if not isinstance(rate, Variable) else rate)
        else:
            self._learning_rate = self._rate_from(rate)
            self.note_change()

    def get_learning_rate(self) -> Variable | LearningRateSchedule | Callable[[], Tensor]:
        """The learning rate as it was set: a Variable, a schedule or a function."""
        found: Variable | LearningRateSchedule | Callable[[], Tensor] = self._learning_rate
        return found

    @property
    def lr(self) -> Tensor:
        """Keras 2's name of `learning_rate`."""
        return self.learning_rate

    @lr.setter
    def lr(self, rate: LearningRate) -> None:
        self.learning_rate = rate

    def _present_rate(self) -> Tensor:
        rate = something(self.learning_rate, f"Optimizer {self.name!r}: learning_rate", "a number")
        rate = rate.value if isinstance(rate, Variable) else rate
        if not self.decay:
            return rate
        steps = ops.cast(self._iterations, config.floatx())
        return ops.divide(rate, ops.add(ops.multiply(steps, self.decay), 1.0))

    def _rate_from(self, rate: Any) -> Any:
        if isinstance(rate, (LearningRateSchedule, Variable)) or (callable(rate) and not _is_number(rate)):
            return rate
        if isinstance(rate, Mapping):
            return deserialize_schedule(rate)
        if not _is_number(rate):
            raise ValueError(f"learning_rate must be a number, a LearningRateSchedule or a function, got {rate!r}.")
        if not isinstance(rate, Variable) and float(rate) < 0:
            raise ValueError(
                f"{type(self).__name__}: learning_rate must not be negative, got {rate}. To climb, minimize the "
                "objective's negative."
            )
        return self._own("learning_rate", float(rate), (), config.floatx())

    def _rate_config(self) -> Any:
        rate = self._learning_rate
        if isinstance(rate, LearningRateSchedule):
            return serialize_schedule(rate)
        value = rate.numpy() if isinstance(rate, Variable) else backends.to_numpy(rate())
        return float(str(np.asarray(value)[()]))  # the shortest number that gives this float32 again


def _is_number(value: Any) -> TypeGuard[float | Variable]:
    if isinstance(value, (int, float, np.number, Variable)):
        return True
    return isinstance(value, np.ndarray) and value.ndim == 0 and dtypes.is_float(value.dtype)
