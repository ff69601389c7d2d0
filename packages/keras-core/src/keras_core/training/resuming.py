"""Saving the state of a training in progress, and going on from it."""

from __future__ import annotations

import secrets
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from keras_core.backend.distribution import WritesParts, group_of
from keras_core.random.global_generator import random_state, set_random_state
from keras_core.saving.file_errors import FileFormatError
from keras_core.saving.training_file import PackedTraining, read_training, write_in_parts
from keras_core.saving.training_parts import Moment, Piece, StoredValue
from keras_core.staging.share import reading_group
from keras_core.training.own_parts import parts_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from keras_core.backend.distribution import Distributes
    from keras_core.callbacks.backup_and_restore import BackupAndRestore
    from keras_core.callbacks.callback_list import CallbackList
    from keras_core.training.data import Batch
    from keras_core.training.programs import Programs
    from keras_core.training.state import TrainingState

    Calls: TypeAlias = Iterator[tuple[np.ndarray | None, Batch]]

_VERSION = 1


class Resuming:
    """The state of a training in progress, as it is saved, and found when the training is begun again.

    Args:
        state: the state of the model's training.
        programs: the model's programs, which know its variables.
        callbacks: all callbacks.
        backup: the one among them that saves.
        numbers: what a call of `fit` must have in common with the one that it continues.

    Attributes:
        epoch, step: where the training goes on; None and 0 where it begins.
        logs: the logs of the last step or epoch before that.
        stopped: whether a callback had ended the training.
    """

    def __init__(
        self,
        state: TrainingState,
        programs: Programs,
        callbacks: CallbackList,
        backup: BackupAndRestore,
        numbers: Mapping[str, int | None],
    ) -> None:
        self._model = state.model
        self._state = state
        self._programs = programs
        self._variables = programs.variables()
        self._callbacks = callbacks
        self._backup = backup
        self._numbers = dict(numbers)
        self._at_begin = self._at_epoch = random_state()
        self._found: tuple[list[np.ndarray | StoredValue], dict[str, Any]] | None = self._find()
        self._run = secrets.token_hex(4)
        self.epoch: int | None = None
        self.step = 0
        self.logs: dict[str, Any] = {}
        self.stopped = False
        if self._found is not None:
            _, record = self._found
            self.epoch, self.step, self.logs = record["epoch"], record["step"], record["logs"]
            self.stopped = record["stopped"]
            self._at_begin = record["random"]["begin"]
        group = group_of(state.model.backend)
        if parts_engine(state.model.backend) is not None:
            raise NotImplementedError(
                "fit(): a training is backed up and goes on where every process is given all data, and "
                "auto_shard_dataset=False says that each has its part. Leave resume and BackupAndRestore out; a "
                "ModelCheckpoint keeps the model."
            )
        if group is not None:
            self._compare(group)
        backup.connect(self.snapshot)

    def _compare(self, group: Distributes) -> None:
        """Raise in every process unless all have found the same, which they do in a folder that all machines share."""
        found = "no training" if self.epoch is None else f"one after {self.step} steps of epoch {self.epoch + 1}"
        told = [one.decode().partition(" ") for one in group.exchange(f"{self._run} {found}".encode())]
        self._run, said = told[0][0], [one[2] for one in told]
        other = next((rank for rank, one in enumerate(said) if one != said[0]), None)
        if other is not None:
            raise RuntimeError(
                f"fit(): rank {other} of {len(said)} has found {said[other]} in {self._backup.backup_dir!r}, and "
                f"rank 0 {said[0]}. Let `resume` be a folder that all machines share."
            )

    def snapshot(self, epoch: int, step: int, logs: dict[str, Any]) -> Callable[[Path], None]:
        """Copy the state of the training, which has done `step` steps of epoch number `epoch`.

        Returns:
            What writes this copy to a path, at any time and from any thread.
        """
        optimizer = self._state.optimizer
        record = {
            "version": _VERSION,
            "fit": self._numbers,
            "epoch": epoch,
            "step": step,
            "stopped": self._model.stop_training,
            "logs": logs,
            "averages": optimizer is not None and optimizer.holds_averages,
            "random": {"begin": self._at_begin, "epoch": self._at_epoch, "now": random_state()},
            "callbacks": self._callbacks.get_state(),
            "steps_done": [[shapes, steps] for shapes, steps in self._programs.steps_done.items()],
        }
        group = reading_group(self._model)
        if group is not None and isinstance(group, WritesParts):
            return self._parts(group, record, Moment(self._run, epoch, step, group.size()))
        return PackedTraining([variable.numpy() for variable in self._variables], record).write

    def _parts(self, group: Distributes, record: dict[str, Any], moment: Moment) -> Callable[[Path], None]:
        """What writes this process's parts; in the first process also all else, when the others have written theirs."""
        assert isinstance(group, WritesParts)
        rank = group.rank()
        pieces = [
            Piece(number, start, value)
            for number, one in enumerate(self._variables)
            for start, value in group.parts_to_write(one.storage)
        ]
        packed = None
        if rank == 0:
            whole = {
                one.variable: one.value for one in pieces if one.value.shape == self._variables[one.variable].shape
            }
            pieces = [one for one in pieces if one.variable not in whole]
            shapes = {
                str(number): [list(one.shape), one.dtype]
                for number, one in enumerate(self._variables)
                if number not in whole
            }
            record = {**record, "parts": {"files": moment.files(), "variables": shapes}}
            packed = PackedTraining([whole.get(number) for number in range(len(self._variables))], record)
        previous = self._backup.previous_path if self._backup.double_checkpoint else None
        return lambda path: write_in_parts(path, moment, rank, pieces, packed, previous)

    # -- going on

    def _find(self) -> tuple[list[np.ndarray | StoredValue], dict[str, Any]] | None:
        """What was saved, if anything, checked against this call."""
        paths = [path for path in (self._backup.path, self._backup.previous_path) if path.exists()]
        for path in paths:
            try:
                found = read_training(path)
            except FileFormatError:
                if path is paths[-1]:
                    raise
                continue
            self._check(path, *found)
            return found
        return None

    def _check(self, path: Path, values: Sequence[np.ndarray | StoredValue], record: dict[str, Any]) -> None:
        remedy = "Call fit() as it was called then, or give another folder to begin anew."
        if record.get("version") != _VERSION:
            raise FileFormatError(f"The training in '{path}' was saved by another version of Keras. {remedy}")
        for name, number in self._numbers.items():
            if record["fit"].get(name) != number:
                raise ValueError(
                    f"fit(): the training in '{path}' has {name}={record['fit'].get(name)}, and this call {number}. "
                    f"{remedy}"
                )
        if len(values) != len(self._variables):
            raise ValueError(
                f"fit(): the training in '{path}' has {len(values)} variables, and model {self._model.name!r} with its "
                f"optimizer and metrics {len(self._variables)}. {remedy}"
            )
        for variable, value in zip(self._variables, values, strict=True):
            if tuple(variable.shape) != value.shape or variable.dtype != value.dtype.name:
                raise ValueError(
                    f"fit(): variable {variable.path!r} has shape {tuple(variable.shape)} and dtype {variable.dtype}; "
                    f"in the training in '{path}' it has {value.shape} and {value.dtype.name}. {remedy}"
                )

    def restore(self) -> None:
        """Give variables, callbacks and generators of random numbers what was saved of them."""
        if self._found is not None:
            values, record = self._found
            for variable, value in zip(self._variables, values, strict=True):
                variable.assign(np.asarray(value))
            if self._state.optimizer is not None:
                self._state.optimizer.holds_averages = record.get("averages", False)
            done = {tuple(map(tuple, shapes)): steps for shapes, steps in record.get("steps_done", ())}
            self._programs.go_on_after(done)
            self._callbacks.set_state(record["callbacks"])
            set_random_state(record["random"]["now"])

    def begin_epoch(
        self, calls: Calls, replay: Callable[[], None] | None, reads_ahead: bool = False
    ) -> tuple[int, Calls]:
        """Begin an epoch, after callbacks were told: the first one where the steps before were left off.

        Args:
            calls: the data of the epoch's calls.
            replay: draws the data of the epochs before once more; None where those of an epoch only depend on the
                generators of random numbers.
            reads_ahead: whether a thread draws the data before they are needed: random numbers go on from where
                drawing the data again leaves them then, since what was saved of them is further on. Defaults to False.

        Returns:
            The number of steps that are done already, and the data of the others.
        """
        if self._found is None:
            self._at_epoch = random_state()
            return 0, calls
        if self.step:
            self.restore()  # once more: what the beginning of the epoch changed had been changed before
        (_, record), self._found = self._found, None
        now = random_state()
        if replay is not None:
            set_random_state(self._at_begin)
            replay()
        elif self.step:
            set_random_state(record["random"]["epoch"])
        self._at_epoch = random_state()
        return self.step, _rest(calls, self.step, None if reads_ahead else now)


def _rest(calls: Calls, done: int, state: Mapping[str, Any] | None) -> Calls:
    """The data of an epoch without its first `done` steps; random numbers go on from `state` afterwards, if given."""
    while done:
        rows, batch = next(calls, (None, None))
        if batch is None:
            break
        steps = 1 if rows is None else len(rows)
        if rows is not None and steps > done:
            calls = chain([(rows[done:], batch)], calls)
        done -= min(steps, done)
    if state is not None:
        set_random_state(state)
    yield from calls
