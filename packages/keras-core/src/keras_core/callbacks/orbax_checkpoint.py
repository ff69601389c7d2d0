"""Saving during training in the format of Orbax, JAX's library of checkpoints."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal

from keras_core.callbacks.callback import Callback, LogsLike
from keras_core.callbacks.monitor import Monitor
from keras_core.callbacks.telling import tell

if TYPE_CHECKING:
    from keras_core.typing import PathLike, PositiveInt

_GROUPS = ("trainable_variables", "non_trainable_variables")


class OrbaxCheckpoint(Callback):
    """Saves the values of a model's variables, and of its optimizer's, in folders of Orbax.

    It needs the package `orbax-checkpoint` (``pip install 'keras-core[orbax]'``), and no backend of its own: values are
    arrays of NumPy on every backend, in lists in the order of `model.trainable_variables`,
    `model.non_trainable_variables` and `model.optimizer.variables`, so that a model is restored on another backend than
    it was saved on. A checkpoint has the number of the epoch, or with a number for `save_freq` that of the batch,
    counted from 1. `restore` gives a model what was saved.

    To go on with an interrupted training use ``fit(resume=...)``, which holds its whole state.

    Args:
        directory: the folder; made if it does not exist.
        monitor: name of the number that says what is best. Defaults to "val_loss".
        verbose: 1 prints what is saved. Defaults to 0.
        save_best_only: whether to save only when `monitor` is better than ever. Defaults to False.
        mode: "min", "max" or "auto", which decides by the name. Defaults to "auto".
        save_freq: "epoch", or after how many batches to save. Defaults to "epoch".
        initial_value_threshold: the first value that has to be beaten. Defaults to None.
        max_to_keep: how many checkpoints to keep, the newest; None for all. Defaults to 1.
        save_on_background: whether files are written while the training goes on. Defaults to True.
        save_weights_only: whether the optimizer's variables are left out. Defaults to False.

    Attributes:
        best: the best number so far.

    Raises:
        ValueError: if `save_freq` is neither "epoch" nor a number of batches.
        ImportError: if Orbax is not installed, when training begins.

    Example:
        >>> from keras_core.callbacks import OrbaxCheckpoint
        >>> OrbaxCheckpoint("run", max_to_keep=3).max_to_keep
        3
    """

    state_attributes = ("best", "_batches")

    only_writes = True
    reads_weights = True

    def __init__(
        self,
        directory: PathLike,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        mode: Literal["auto", "min", "max"] = "auto",
        save_freq: Literal["epoch"] | PositiveInt = "epoch",
        initial_value_threshold: float | None = None,
        max_to_keep: PositiveInt | None = 1,
        save_on_background: bool = True,
        save_weights_only: bool = False,
    ) -> None:
        self.directory = os.fspath(directory)
        self.monitor = monitor
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.mode = mode
        self.save_freq = save_freq
        self.initial_value_threshold = initial_value_threshold
        self.max_to_keep = max_to_keep
        self.save_on_background = save_on_background
        self.save_weights_only = save_weights_only
        self._monitor = Monitor("OrbaxCheckpoint", monitor, mode if save_best_only else "min")
        self.best = self._monitor.worst if initial_value_threshold is None else initial_value_threshold
        self._batches = 0
        self._open: Any = None
        if save_freq != "epoch":
            # Only now: a class that defines a batch-level hook is told of every step.
            self.on_train_batch_end = self._count_batch  # type: ignore[method-assign]

    def on_train_begin(self, logs: LogsLike = None) -> None:
        """Open the folder, before time is spent on training."""
        self._manager()

    def on_epoch_end(self, epoch: int, logs: LogsLike = None) -> None:
        """Save, if it is time."""
        if self.save_freq == "epoch":
            self._save(epoch + 1, logs)

    def _count_batch(self, batch: int, logs: LogsLike = None) -> None:
        self._batches += 1
        if self._batches % int(self.save_freq) == 0:
            self._save(self._batches, logs)

    def on_train_end(self, logs: LogsLike = None) -> None:
        """Wait until everything is written."""
        self._manager().wait_until_finished()

    def close(self) -> None:
        """Wait until everything is written, however the training ended, and close the folder."""
        if self._open is not None:
            self._open.close()
            self._open = None

    @property
    def steps(self) -> list[int]:
        """Numbers of the checkpoints in the folder."""
        return sorted(self._manager().all_steps())

    def restore(self, model: Any = None, step: int | None = None) -> None:
        """Give a model the values of a checkpoint; nothing changes unless all fit.

        Args:
            model: a model of the same architecture, built; the model that was trained if None. Its optimizer is
                restored, too, if it is compiled and the checkpoint holds one.
            step: the checkpoint's number; the newest if None.

        Raises:
            FileNotFoundError: when there is no such checkpoint.
            ValueError: when the model has other variables.
        """
        import orbax.checkpoint as orbax

        model = self.model if model is None else model
        manager = self._manager()
        manager.wait_until_finished()
        found = manager.latest_step() if step is None else step
        if found not in manager.all_steps():
            raise FileNotFoundError(
                f"OrbaxCheckpoint: there is no checkpoint {'' if step is None else f'{step} '}in '{self.directory}'; "
                f"there are {self.steps}."
            )
        values = manager.restore(found, args=orbax.args.StandardRestore())
        pairs: list[tuple[Any, Any]] = []
        for group, variables in _variables_of(model, optimizer=bool(values.get("optimizer_variables"))).items():
            saved = values[group]
            shapes = [tuple(one.shape) for one in variables], [tuple(one.shape) for one in saved]
            if shapes[0] != shapes[1]:
                raise ValueError(
                    f"OrbaxCheckpoint: {group} of model {model.name!r} have the shapes {shapes[0]}, and those in "
                    f"checkpoint {found} of '{self.directory}' {shapes[1]}."
                )
            pairs += zip(variables, saved, strict=True)
        for variable, value in pairs:
            variable.assign(value)

    def _save(self, step: int, logs: LogsLike) -> None:
        import orbax.checkpoint as orbax

        if self.save_best_only:
            value = self._monitor.read(logs)
            if value is None or not self._monitor.is_better(value, self.best):
                return
            self.best = value
        if self.verbose:
            tell(f"OrbaxCheckpoint: saving checkpoint {step} to {self.directory}")
        groups = _variables_of(self.model, optimizer=not self.save_weights_only)
        values = {group: [one.numpy() for one in variables] for group, variables in groups.items()}
        self._manager().save(step, args=orbax.args.StandardSave(values), force=True)

    def _manager(self) -> Any:
        if self._open is None:
            try:
                import orbax.checkpoint as orbax
            except ImportError as error:
                raise ImportError(
                    "The OrbaxCheckpoint callback writes by the package orbax-checkpoint: pip install "
                    "'keras-core[orbax]'."
                ) from error
            options = orbax.CheckpointManagerOptions(
                max_to_keep=self.max_to_keep, create=True, enable_async_checkpointing=self.save_on_background
            )
            self._open = orbax.CheckpointManager(os.path.abspath(self.directory), options=options)
        return self._open


def _variables_of(model: Any, optimizer: bool) -> dict[str, list[Any]]:
    groups = {group: list(getattr(model, group)) for group in _GROUPS}
    if optimizer and model.optimizer is not None:
        groups["optimizer_variables"] = list(model.optimizer.variables)
    return groups
