"""Saving during training."""

from __future__ import annotations

import os
from tempfile import TemporaryDirectory
from typing import Any

from keras_core.callbacks.callback import Callback, LogsLike
from keras_core.callbacks.logs import AliasedDict
from keras_core.callbacks.monitor import Monitor
from keras_core.callbacks.telling import tell
from keras_core.saving.formats import Holds, for_writing
from keras_core.staging.share import is_first_process, reading_group


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
        max_to_keep: how many files to keep; the path needs a field then. Older ones are deleted; with
            `save_best_only` those whose number is worst, and a model is saved whenever it is among this many best.
            Defaults to None, which deletes nothing.
        save_last: whether a file "last" beside `filepath`, with its ending, always holds the newest state of those that
            were due to be saved, whether it is best or not. Defaults to False.
        save_on_exception: whether a file "exception" beside `filepath`, with its ending, is saved when an error or
            Ctrl-C ends the training. Defaults to False.

    Attributes:
        best: the best number so far; `best_path`: the file that was saved for it.
        kept: pairs of number and path of the files that are kept, with `max_to_keep`; the next to be deleted first.

    Raises:
        ValueError: if `save_freq` is neither "epoch" nor a number of batches, `period` no number of epochs, or
            `max_to_keep` no number of files or given with a path without a field; when training begins, for a path that
            ends in no known format.

    Example:
        >>> from keras_core.callbacks import ModelCheckpoint
        >>> checkpoint = ModelCheckpoint("run/{epoch:03d}.keras", save_best_only=True, max_to_keep=3, save_last=True)
        >>> print(checkpoint.last_path)
        run/last.keras
    """

    state_attributes = ("best", "best_path", "kept", "_epoch", "_batches")

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
        max_to_keep: int | None = None,
        save_last: bool = False,
        save_on_exception: bool = False,
    ) -> None:
        if save_freq != "epoch" and not (isinstance(save_freq, int) and save_freq > 0):
            raise ValueError(f"ModelCheckpoint: save_freq must be 'epoch' or a number of batches, got {save_freq!r}.")
        if not isinstance(period, int) or period < 1:
            raise ValueError(f"ModelCheckpoint: period must be a number of epochs, got {period!r}.")
        if max_to_keep is not None and (not isinstance(max_to_keep, int) or max_to_keep < 1):
            raise ValueError(f"ModelCheckpoint: max_to_keep must be a number of files, got {max_to_keep!r}.")
        self.filepath = os.fspath(filepath)
        if max_to_keep is not None and "{" not in self.filepath:
            raise ValueError(
                f"ModelCheckpoint: with max_to_keep={max_to_keep}, filepath needs a field such as {{epoch:02d}}, so "
                f"that files have names of their own; got {self.filepath!r}."
            )
        self.monitor = monitor
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = save_freq
        self.period = period
        self.max_to_keep = max_to_keep
        self.save_last = save_last
        self.save_on_exception = save_on_exception
        self.initial_value_threshold = initial_value_threshold
        self._monitor = Monitor("ModelCheckpoint", monitor, mode if save_best_only else "min")
        self.mode, self.monitor_op = mode, self._monitor.op
        self.best = self._monitor.worst if initial_value_threshold is None else initial_value_threshold
        self.best_path: str | None = None
        self.kept: list[tuple[float, str]] = []
        self._epoch = 0
        self._batches = 0
        if save_freq != "epoch":
            # Only now: a class that defines a batch-level hook is told of every step.
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

    @property
    def last_path(self) -> str:
        """Where `save_last` saves."""
        return self._beside("last")

    @property
    def exception_path(self) -> str:
        """Where `save_on_exception` saves."""
        return self._beside("exception")

    def _beside(self, name: str) -> str:
        ending = ".weights.h5" if self.filepath.endswith(".weights.h5") else os.path.splitext(self.filepath)[1]
        return os.path.join(os.path.dirname(self.filepath), name + ending)

    def on_exception(self, error: BaseException) -> None:
        """Save, with `save_on_exception`."""
        if self.save_on_exception:
            self._write(self.exception_path)

    def _save(self, logs: LogsLike, batch: int | None = None) -> None:
        if self.save_last:
            self._write(self.last_path)
        value: float | None = None
        if self.save_best_only:
            value = self._monitor.read(logs)
            if value is None or not self._is_wanted(value):
                return
        path = self._path(logs, batch)
        self._write(path)
        if value is not None and self._monitor.is_better(value, self.best):
            self.best, self.best_path = value, path
        if self.max_to_keep is not None:
            self._keep(value, path)

    def _is_wanted(self, value: float) -> bool:
        """Whether a value is better than ever, or among the `max_to_keep` best."""
        better = self._monitor.is_better(value, self.best)
        self._say(
            f"{self.monitor} improved from {self.best:.5f} to {value:.5f}"
            if better
            else f"{self.monitor} did not improve from {self.best:.5f}"
        )
        if better or self.max_to_keep is None:
            return better
        if self.initial_value_threshold is not None:
            return self._monitor.is_better(value, self.initial_value_threshold) and self._has_room(value)
        return self._has_room(value)

    def _has_room(self, value: float) -> bool:
        return len(self.kept) < (self.max_to_keep or 0) or self._monitor.is_better(value, self.kept[0][0])

    def _keep(self, value: float | None, path: str) -> None:
        """Note a saved file, and delete what exceeds the number to keep: the worst, or the oldest."""
        self.kept = [(number, old) for number, old in self.kept if old != path]
        self.kept.append((0.0 if value is None else value, path))
        if value is not None:
            self.kept.sort(key=lambda pair: pair[0], reverse=not self._monitor.higher_is_better)
        while len(self.kept) > (self.max_to_keep or 0):
            _, old = self.kept.pop(0)
            self._say(f"deleting {old}")
            if is_first_process() and os.path.exists(old):
                os.remove(old)

    def _write(self, path: str) -> None:
        if is_first_process():
            folder = os.path.dirname(path)
            if folder:
                os.makedirs(folder, exist_ok=True)
            self._say(f"saving model to {path}")
            self._put(path)
        elif reading_group(self.model) is not None:
            with TemporaryDirectory(prefix="keras-") as folder:
                self._put(os.path.join(folder, os.path.basename(path)))

    def _put(self, path: str) -> None:
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
            tell(f"Epoch {self._epoch + 1}: {text}")
