"""Going on with a training that was interrupted."""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from keras_core.backend.distribution import WritesParts
from keras_core.callbacks.background_saving import BackgroundSaving
from keras_core.callbacks.callback import Callback, LogsLike
from keras_core.saving.training_file import parts_of
from keras_core.saving.training_parts import remove_parts
from keras_core.staging.share import is_first_process, reading_group, together

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import PathLike, PositiveInt

_SHARE = 0.02
"""The part of the time of a training that it may wait for saving with ``save_freq="auto"``, ..."""

_SECONDS = 1.0
"""... and the least time between two saves."""


class BackupAndRestore(Callback):
    """Saves the whole state of a training from time to time, and goes on from there when `fit` is called again.

    What is saved is the model, the optimizer, the metrics, the state of all callbacks (see `Callback.get_state`), that
    of the generators of random numbers (Keras's, Python's and NumPy's), and the position in the data. So a training
    whose process was killed at any moment ends with the same weights, bit for bit, as one that was not, if the same
    program is run again. ``fit(resume=folder)`` is the same as this callback with ``save_freq="auto"`` and
    ``delete_checkpoint=False``. Data that come from a generator or another source of batches are drawn once more up to
    the position, which has to give the same batches.

    Where weights are split over processes, each writes its parts into a file of its own in the folder, which all
    machines share; the file of the training is written when these are there. A training goes on with any number of
    processes.

    The training only waits until its state is copied to the host's memory; a thread of its own writes the copy to the
    file beside the next steps. A save that is due while the one before is being written waits for that; with "auto" it
    is done later. An error in writing, as of a full disk, is raised at the next save or at the end of the training.

    It is told last of all callbacks, wherever it stands in the list.

    Args:
        backup_dir: a folder for this training alone; made if it does not exist.
        save_freq: "epoch"; after how many batches of an epoch to save (the next time that a compiled call ends); or
            "auto": at any time, but so rarely that the training waits for it at most 2 % of the time. Defaults to
            "epoch".
        double_checkpoint: whether to keep the file before the newest one, too. Defaults to False.
        delete_checkpoint: whether to delete what was saved when the training is complete; if not, calling `fit` again
            gives the finished model, or trains on where `epochs` is higher. Defaults to True.

    Raises:
        ValueError: if `backup_dir` is empty, or `save_freq` is none of the above.

    Example:
        >>> from keras_core.callbacks import BackupAndRestore
        >>> BackupAndRestore("run", save_freq=100).path.name
        'training.h5'
    """

    def __init__(
        self,
        backup_dir: PathLike,
        save_freq: Literal["epoch", "auto"] | PositiveInt = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
    ) -> None:
        if not os.fspath(backup_dir):
            raise ValueError("BackupAndRestore: backup_dir must be a folder, got ''.")
        self.backup_dir = os.fspath(backup_dir)
        self.save_freq = save_freq
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self._snapshot: Callable[[int, int, dict[str, Any]], Callable[[Path], None]] | None = None
        self._saving = BackgroundSaving("BackupAndRestore")
        self._interrupted = False
        self._epoch = 0
        self._due = 0
        self._next = 0.0

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self.backup_dir, "training.h5")

    @property
    def previous_path(self) -> Path:
        """The file before it, with `double_checkpoint`."""
        return Path(self.backup_dir, "training.previous.h5")

    def connect(self, snapshot: Callable[[int, int, dict[str, Any]], Callable[[Path], None]]) -> None:
        """Told by `fit` how to save.

        Args:
            snapshot: takes the number of the epoch, the steps done in it, and the last logs; copies the state of the
                training and returns what writes this copy to a path.
        """
        self._snapshot = snapshot

    def on_train_begin(self, logs: LogsLike = None) -> None:
        """Make the folder.

        Raises:
            RuntimeError: outside of `fit`, which alone knows the state of a training.
        """
        if self._snapshot is None:
            raise RuntimeError("BackupAndRestore saves and continues trainings of fit() only.")
        os.makedirs(self.backup_dir, exist_ok=True)
        self._interrupted = False
        self._next = time.monotonic() + _SECONDS

    def on_epoch_begin(self, epoch: int, logs: LogsLike = None) -> None:
        """Note the epoch."""
        self._epoch = epoch
        self._due = self.save_freq if isinstance(self.save_freq, int) else 0

    def on_steps_end(self, steps: int, logs: LogsLike = None) -> None:
        """Save within an epoch, if it is time; not where the training is about to stop."""
        if self.model.stop_training:
            return
        if isinstance(self.save_freq, int):
            if steps >= self._due:
                self._due = steps - steps % self.save_freq + self.save_freq
                self._save(self._epoch, steps, logs)
        elif self.save_freq == "auto" and self._may_save():
            self._save(self._epoch, steps, logs)

    def on_epoch_end(self, epoch: int, logs: LogsLike = None) -> None:
        """Save at the end of an epoch, if it is time."""
        ends = self.model.stop_training or epoch + 1 >= (self.params or {}).get("epochs", 0)
        if self.save_freq != "auto" or ends or self._may_save():
            self._save(epoch + 1, 0, logs)

    def on_train_end(self, logs: LogsLike = None) -> None:
        """Wait until the last save is written; delete what was saved, with `delete_checkpoint`, if all is done."""
        self._saving.finish()
        if self.delete_checkpoint and not self._interrupted and is_first_process():
            for path in (self.path, self.previous_path):
                path.unlink(missing_ok=True)
            remove_parts(Path(self.backup_dir), ())
            if not os.listdir(self.backup_dir):
                os.rmdir(self.backup_dir)

    def interrupt(self, epoch: int, steps: int, logs: LogsLike = None) -> None:
        """Save a training that ends before it is complete, and keep the file.

        Args:
            epoch: number of the epoch in progress.
            steps: the steps that were done in it.
            logs: the last logs.
        """
        self._interrupted = True
        self._save(epoch, steps, logs)

    def close(self) -> None:
        """Forget the training, once what was begun to be saved is written."""
        self._snapshot = None
        self._saving.close()

    def _may_save(self) -> bool:
        """Whether it is time with "auto": not too soon, and not while a file is being written."""
        due = is_first_process() and time.monotonic() >= self._next and not self._saving.is_busy
        group = reading_group(self.model)
        return due if group is None else together(group, due)

    def _save(self, epoch: int, steps: int, logs: LogsLike) -> None:
        assert self._snapshot is not None
        group = reading_group(self.model)
        in_parts = isinstance(group, WritesParts)
        if not in_parts and not is_first_process():
            if group is not None:
                self._snapshot(epoch, steps, {})  # it takes part in reading
            return
        started = time.monotonic()
        self._saving.finish()
        write = self._snapshot(epoch, steps, dict(logs or {}))
        self._saving.begin(partial(self._put, write, in_parts))
        now = time.monotonic()
        self._next = now + max(_SECONDS, (now - started) / _SHARE)

    def _put(self, write: Callable[[Path], None], in_parts: bool) -> None:
        if in_parts:
            write(self.path)
            return
        if self.double_checkpoint and self.path.exists():
            os.replace(self.path, self.previous_path)
        write(self.path)
        remove_parts(self.path.parent, parts_of(self.previous_path))
