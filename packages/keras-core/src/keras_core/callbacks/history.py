"""The record of a training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.callbacks.callback import Callback, LogsLike
from keras_core.callbacks.logs import AliasedDict

if TYPE_CHECKING:
    from collections.abc import Mapping


class History(Callback):
    """Keeps the logs of every epoch; `fit` returns it.

    Attributes:
        history: a dict from the name of a metric to its values, one per epoch. 'acc' and 'accuracy'
            find each other, as do 'val_acc' and 'val_accuracy'.
        epoch: numbers of the epochs, from 0.
    """

    def __init__(self) -> None:
        self.history: dict[str, list[Any]] = AliasedDict()
        self.epoch: list[int] = []

    def on_train_begin(self, logs: LogsLike = None) -> None:
        """Begin a new list of epochs."""
        self.epoch = []
        if self.model is not None:
            self.model.history = self

    def on_epoch_end(self, epoch: int, logs: LogsLike = None) -> None:
        """Append what the epoch gave."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)

    def get_state(self) -> dict[str, Any]:
        """The epochs and their logs."""
        return {"epoch": list(self.epoch), "history": {name: list(values) for name, values in self.history.items()}}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Go on with the epochs and logs of a training that was interrupted."""
        self.epoch = list(state["epoch"])
        self.history.clear()
        self.history.update((name, list(values)) for name, values in state["history"].items())
