"""Means of an epoch, as Keras 2 computes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.callbacks.callback import Callback, LogsLike
from keras_core.callbacks.logs import BatchLogs

if TYPE_CHECKING:
    from collections.abc import Iterable


class BaseLogger(Callback):
    """Puts the mean over an epoch's samples of what its batches measured into the epoch's logs.

    It is for a training loop of one's own, which reports the numbers of single batches. `fit` reports means over
    the epoch so far, whose last values stand in the epoch's logs already: there it changes nothing.

    Args:
        stateful_metrics: names whose last value is taken in place of the mean. Defaults to None.

    Example:
        >>> from keras_core.callbacks import BaseLogger
        >>> logger, logs = BaseLogger(), {}
        >>> logger.on_epoch_begin(0)
        >>> logger.on_batch_end(0, {"loss": 1.0, "size": 30})
        >>> logger.on_batch_end(1, {"loss": 4.0, "size": 10})
        >>> logger.on_epoch_end(0, logs)
        >>> logs
        {'loss': 1.75}
    """

    state_attributes = ("seen", "totals", "last")

    def __init__(self, stateful_metrics: Iterable[str] | None = None) -> None:
        self.stateful_metrics = set(stateful_metrics or ())
        self.seen = 0
        self.totals: dict[str, Any] = {}
        self.last: dict[str, Any] = {}

    def on_epoch_begin(self, epoch: int, logs: LogsLike = None) -> None:
        """Begin new means."""
        self.seen, self.totals, self.last = 0, {}, {}

    def on_batch_end(self, batch: int, logs: LogsLike = None) -> None:
        """Take in the numbers of a batch, weighted by its size."""
        if isinstance(logs, BatchLogs):  # of `fit`
            return
        logs = logs or {}
        size = logs.get("size", 0)
        self.seen += size
        for name, value in logs.items():
            if name in self.stateful_metrics:
                self.last[name] = value
            elif name not in ("batch", "size"):
                self.totals[name] = self.totals.get(name, 0.0) + value * size

    def on_epoch_end(self, epoch: int, logs: LogsLike = None) -> None:
        """Put the means into the logs."""
        if isinstance(logs, dict):
            logs.update(self.last)
            if self.seen:
                logs.update((name, total / self.seen) for name, total in self.totals.items())
