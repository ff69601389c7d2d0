"""Saving during training."""

from __future__ import annotations

import os
from typing import Any

from keras_core.callbacks.callback import Callback, LogsLike
from keras_core.callbacks.logs import AliasedDict
from keras_core.callbacks.monitor import Monitor
from keras_core.saving.formats import Holds, for_writing


class ModelCheckpoint(Callback):
    """Saves the model, or its weights, after epochs or batches.

    Args:
        filepath: where to; may hold fields such as ``{epoch:02d}`` (counted from 1) and ``{val_loss:.2f}``. Ends in
            ``.keras`` or ``.h5``; with `save_weights_only` in ``.weights.h5`` or ``.h5``.
        monitor: name of the number that says what is best. Defaults to "val_loss".
        verbose: 1 prints what is saved. Defaults to 0.
        save_best_only: whether to save only when `monitor` is better than ever. Defaults to False.
        save_weights_only: whether to call `model.save_weights` instead of `model.save`. Defaults to False.
        mode: "min", "max" or "auto", which decides by the name. Defaults to "auto".
        save_freq: "epoch", or after how many batches to save, as in Keras 3; Keras 2 has `period` in this place.
            Defaults to "epoch".
        initial_value_threshold: the first value that has to be beaten. Defaults to None.
        period: Keras 2: save only after every so many epochs. Defaults to 1.

    Raises:
        ValueError: if `save_freq` is neither "epoch" nor a number of batches, or `period` no number of epochs; when
            training begins, for a path that ends in no known format.
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: str | int = "epoch",
        initial_value_threshold: float | None = None,
        *,
        period: int = 1,
    ) -> None:
        if save_freq != "epoch" and not (isinstance(save_freq, int) and save_freq > 0):
            raise ValueError(f"ModelCheckpoint: save_freq must be 'epoch' or a number of batches, got {save_freq!r}.")
        if not isinstance(period, int) or period < 1:
            raise ValueError(f"ModelCheckpoint: period must be a number of epochs, got {period!r}.")
        self.filepath = os.fspath(filepath)
        self.monitor = monitor
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = save_freq
        self.period = period
        self.initial_value_threshold = initial_value_threshold
        self._monitor = Monitor("ModelCheckpoint", monitor, mode if save_best_only else "min")
        self.mode, self.monitor_op = mode, self._monitor.op
        self.best = self._monitor.worst if initial_value_threshold is None else initial_value_threshold
        self._epoch = 0
        self._batches = 0
        if save_freq != "epoch":
            # Only now: a class that defines a batch-level hook makes training run step by step.
            self.on_train_batch_end = self._count_batch  # type: ignore[method-assign]

    def on_train_begin(self, logs: LogsLike = None) -> None:
        """Refuse a path that nothing can be saved to, before time is spent on training."""
        method: str
        holds: Holds
        method, holds = ("save_weights", "weights") if self.save_weights_only else ("save", "model")
        if not self.model.overrides(method):
            for_writing(self.filepath, holds)

    def on_epoch_begin(self, epoch: int, logs: LogsLike = None) -> None:
        """Note the epoch for the file's name."""
        self._epoch = epoch

    def on_epoch_end(self, epoch: int, logs: LogsLike = None) -> None:
        """Save, if it is time."""
        if self.save_freq == "epoch" and (epoch + 1) % self.period == 0:
            self._save(logs)

    def _count_batch(self, batch: int, logs: LogsLike = None) -> None:
        self._batches += 1
        if self._batches % int(self.save_freq) == 0:
            self._save(logs, batch)

    def _save(self, logs: LogsLike, batch: int | None = None) -> None:
        if self.save_best_only:
            current = self._monitor.read(logs)
            if current is None:
                return
            better = self._monitor.is_better(current, self.best)
            self._say(
                f"{self.monitor} improved from {self.best:.5f} to {current:.5f}"
                if better
                else f"{self.monitor} did not improve from {self.best:.5f}"
            )
            if not better:
                return
            self.best = current
        path = self._path(logs, batch)
        folder = os.path.dirname(path)
        if folder:
            os.makedirs(folder, exist_ok=True)
        self._say(f"saving model to {path}")
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)

    def _path(self, logs: LogsLike, batch: int | None) -> str:
        fields: dict[str, Any] = AliasedDict(logs or {})
        fields["epoch"] = self._epoch + 1
        if batch is not None:
            fields["batch"] = batch + 1
        try:
            return self.filepath.format_map(fields)
        except KeyError as error:
            raise KeyError(
                f"ModelCheckpoint: filepath {self.filepath!r} has the field {error}, which is not among: "
                f"{', '.join(fields)}."
            ) from None

    def _say(self, text: str) -> None:
        if self.verbose:
            print(f"Epoch {self._epoch + 1}: {text}")
