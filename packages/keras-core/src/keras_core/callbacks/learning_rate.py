"""Callbacks that change the learning rate between epochs."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.callbacks.callback import Callback, LogsLike
from keras_core.callbacks.monitor import Monitor, Monitoring
from keras_core.callbacks.telling import tell
from keras_core.optimizers.schedule import LearningRateSchedule

if TYPE_CHECKING:
    from collections.abc import Callable


class _LearningRateCallback(Callback):
    def on_train_begin(self, logs: LogsLike = None) -> None:
        """Refuse an optimizer whose learning rate follows a schedule."""
        rate = getattr(getattr(self.model, "optimizer", None), "_learning_rate", None)
        if isinstance(rate, LearningRateSchedule):
            raise TypeError(
                f"{type(self).__name__} sets the learning rate, which the {type(rate).__name__} of the optimizer "
                "decides. Compile with a number as learning rate, or leave the callback out."
            )

    def _read(self) -> float:
        optimizer: Any = getattr(self.model, "optimizer", None)
        if not hasattr(optimizer, "learning_rate"):
            raise ValueError(f"{type(self).__name__} needs a compiled model whose optimizer has a learning rate.")
        return float(np.asarray(optimizer.learning_rate))

    def _write(self, value: float) -> None:
        self.model.optimizer.learning_rate = value

    def on_epoch_end(self, epoch: int, logs: LogsLike = None) -> None:
        """Add the learning rate to the logs."""
        if isinstance(logs, dict):
            logs["learning_rate"] = self._read()


class LearningRateScheduler(_LearningRateCallback):
    """Sets the learning rate at the beginning of every epoch.

    Args:
        schedule: a function ``(epoch, learning_rate) -> learning_rate``, or of the epoch alone, such as a
            `LearningRateSchedule`.
        verbose: 1 prints the new rate.

    Raises:
        ValueError: when the function gives no number.
        TypeError: when training begins with an optimizer whose learning rate follows a schedule.
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: LogsLike = None) -> None:
        """Set the rate."""
        value = self.schedule(*(epoch, self._read())[: self._arguments()])
        try:
            if isinstance(value, str):
                raise TypeError
            rate = float(value)
        except (TypeError, ValueError):
            raise ValueError(
                f"LearningRateScheduler: the schedule gave {value!r} for epoch {epoch}; it must give a number."
            ) from None
        self._write(rate)
        if self.verbose:
            tell(f"Epoch {epoch + 1}: learning rate set to {rate}.")

    def _arguments(self) -> int:
        try:
            inspect.signature(self.schedule).bind(0, 0.0)
        except (TypeError, ValueError):  # a function of C tells no signature
            return 1
        return 2


class ReduceLROnPlateau(Monitoring, _LearningRateCallback):
    """Lowers the learning rate when a number has stopped to get better.

    Args:
        monitor: name of the number. Defaults to "val_loss".
        factor: what the rate is multiplied by, below 1. Defaults to 0.1.
        patience: epochs to wait for a better one. Defaults to 10.
        verbose: 1 prints the new rate. Defaults to 0.
        mode: "min", "max" or "auto", which decides by the name. Defaults to "auto".
        min_delta: a smaller change does not count as better (`epsilon` in old code). Defaults to 0.0001.
        cooldown: epochs after a change in which nothing is counted. Defaults to 0.
        min_lr: the rate never falls below it. Defaults to 0.0.
        epsilon: Keras 2's name of `min_delta`. Defaults to None.

    Raises:
        ValueError: if `factor` is not below 1.
        TypeError: when training begins with an optimizer whose learning rate follows a schedule.
    """

    state_attributes = ("best", "wait", "cooldown_counter")

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        *,
        epsilon: float | None = None,
    ) -> None:
        if factor >= 1.0:
            raise ValueError(f"ReduceLROnPlateau: factor must be below 1, got {factor}.")
        self.monitor = monitor
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.min_lr = min_lr
        delta = min_delta if epsilon is None else epsilon
        self._monitor = Monitor("ReduceLROnPlateau", monitor, mode, delta)
        self.mode, self.monitor_op = mode, self._monitor.op
        self._begin()

    @property
    def epsilon(self) -> float:
        """Keras 2's name of `min_delta`."""
        return self.min_delta

    def _begin(self) -> None:
        self.best = self._monitor.worst
        self.wait = 0
        self.cooldown_counter = 0

    def on_train_begin(self, logs: LogsLike = None) -> None:
        """Forget earlier trainings, and refuse an optimizer whose learning rate follows a schedule."""
        super().on_train_begin(logs)
        self._begin()

    def on_epoch_end(self, epoch: int, logs: LogsLike = None) -> None:
        """Compare, and lower the rate."""
        super().on_epoch_end(epoch, logs)
        current = self._monitor.read(logs)
        if current is None:
            return
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.wait = 0
        if self._monitor.is_better(current, self.best):
            self.best, self.wait = current, 0
        elif self.cooldown_counter == 0:
            self.wait += 1
            old = self._read()
            if self.wait >= self.patience and old > np.float32(self.min_lr):
                self._write(max(old * self.factor, self.min_lr))
                self.cooldown_counter, self.wait = self.cooldown, 0
                if self.verbose:
                    tell(f"Epoch {epoch + 1}: learning rate reduced to {self._read()}.")
