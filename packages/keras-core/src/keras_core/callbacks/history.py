"""The record of a training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.callbacks.callback import Callback, LogsLike
from keras_core.callbacks.curves import plot_curves
from keras_core.callbacks.logs import AliasedDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure


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
        self._epochs_of: dict[str, list[int]] = AliasedDict()  # validation may come in some epochs only

    def on_train_begin(self, logs: LogsLike = None) -> None:
        """Begin a new list of epochs."""
        self.epoch = []
        self._epochs_of = AliasedDict()
        if self.model is not None:
            self.model.history = self

    def on_epoch_end(self, epoch: int, logs: LogsLike = None) -> None:
        """Append what the epoch gave."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
            self._epochs_of.setdefault(name, []).append(epoch)

    def plot(self, metrics: str | Sequence[str] | None = None) -> Figure:
        """Plot the curves of the training, by Matplotlib.

        Each metric has axes of its own, with its values in training and in validation; the learning rate has, too,
        where it is among the logs.

        Args:
            metrics: names of metrics, without ``val_``; None for all. Defaults to None.

        Returns:
            The figure, to be saved by its `savefig` or shown by ``matplotlib.pyplot.show()``; a notebook shows it where
            it is the last value of a cell.

        Raises:
            ImportError: where Matplotlib is not installed.
            ValueError: where no epoch has ended yet, or there is no such metric.

        Example:
            >>> from keras_core.callbacks import History
            >>> history = History()
            >>> for epoch in range(3):
            ...     history.on_epoch_end(epoch, {"loss": 1 / (epoch + 1), "val_loss": 0.5})
            >>> [axes.get_title() for axes in history.plot().axes]
            ['loss']
        """
        known = list(dict.fromkeys(name.removeprefix("val_") for name in self.history))
        wanted = known if metrics is None else [metrics] if isinstance(metrics, str) else metrics
        curves = {}
        for name in wanted:
            keys = [key for key in (name, f"val_{name}") if key in self.history]
            if not keys:
                raise ValueError(f"History.plot() found no {name!r} in the logs, which have {', '.join(known)}.")
            for key in keys:
                values = self.history[key]
                if all(np.ndim(value) == 0 for value in values):
                    curves[key] = self._epochs(key, values), values
        return plot_curves(curves, "History.plot()")

    def _epochs(self, name: str, values: Sequence[Any]) -> Sequence[int]:
        """The epochs that values are of; the first ones where nobody noted it."""
        noted = self._epochs_of.get(name, ())
        return noted if len(noted) == len(values) else range(len(values))

    def get_state(self) -> dict[str, Any]:
        """The epochs and their logs."""
        return {
            "epoch": list(self.epoch),
            "history": {name: list(values) for name, values in self.history.items()},
            "epochs_of": {name: list(epochs) for name, epochs in self._epochs_of.items()},
        }

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Go on with the epochs and logs of a training that was interrupted."""
        self.epoch = list(state["epoch"])
        self.history.clear()
        self.history.update((name, list(values)) for name, values in state["history"].items())
        self._epochs_of = AliasedDict((name, list(epochs)) for name, epochs in state.get("epochs_of", {}).items())
