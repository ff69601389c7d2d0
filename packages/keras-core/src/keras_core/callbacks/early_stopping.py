"""Stopping when nothing gets better any more."""

from __future__ import annotations

from typing import Any

from keras_core.callbacks.callback import Callback, LogsLike
from keras_core.callbacks.monitor import Monitor, Monitoring
from keras_core.callbacks.telling import tell


class EarlyStopping(Monitoring, Callback):
    """Ends training when a number has stopped to get better.

    Args:
        monitor: name of the number, such as "val_loss".
        min_delta: a smaller change does not count as better.
        patience: epochs to wait for a better one.
        verbose: 1 prints when it stops.
        mode: "min", "max" or "auto", which decides by the name.
        baseline: a value that has to be beaten first.
        restore_best_weights: whether the model ends with the weights of the best epoch, also when
            training was not stopped.
        start_from_epoch: epochs before this one are not looked at.

    Attributes:
        best: best value; `best_epoch`: its epoch; `stopped_epoch`: where training ended, else 0.
    """

    state_attributes = ("wait", "stopped_epoch", "best_epoch", "best", "best_weights")

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        self.monitor = monitor
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self._monitor = Monitor("EarlyStopping", monitor, mode, min_delta)
        self.mode, self.monitor_op = mode, self._monitor.op
        self._begin()

    def _begin(self) -> None:
        self.wait = 0
        self.stopped_epoch = 0
        self.best_epoch = 0
        self.best = self._monitor.worst
        self.best_weights: Any = None

    def on_train_begin(self, logs: LogsLike = None) -> None:
        """Forget earlier trainings."""
        self._begin()

    def on_epoch_end(self, epoch: int, logs: LogsLike = None) -> None:
        """Compare, keep the weights, stop."""
        if epoch < self.start_from_epoch:
            return
        current = self._monitor.read(logs)
        if current is None:
            return
        self.wait += 1
        if self._monitor.is_better(current, self.best):
            self.best, self.best_epoch = current, epoch
            self._keep_weights()
            if self.baseline is None or self._monitor.is_better(current, self.baseline):
                self.wait = 0
                return
        elif self.best_weights is None:
            self._keep_weights()
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: LogsLike = None) -> None:
        """Restore the best weights."""
        if self.stopped_epoch and self.verbose:
            tell(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.best_weights is not None:
            if self.verbose:
                tell(f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}.")
            self.model.set_weights(self.best_weights)

    def _keep_weights(self) -> None:
        if self.restore_best_weights:
            self.best_weights = self.model.get_weights()
