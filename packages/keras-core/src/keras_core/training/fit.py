"""The epochs of `fit`."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import config, tree
from keras_core.backend.distribution import TellsFailures, group_of
from keras_core.callbacks.backup_and_restore import BackupAndRestore
from keras_core.callbacks.callback_list import CallbackList
from keras_core.callbacks.telling import tell
from keras_core.saving.weights import show_averages
from keras_core.staging.share import together
from keras_core.training.anomalies import stop_at_nan
from keras_core.training.array_data import ArrayData
from keras_core.training.batch_source import BatchSource
from keras_core.training.deadline import Deadline
from keras_core.training.device_data import ArrayFeed
from keras_core.training.feeds import feed_of, samples_per_call, steps_per_call_of
from keras_core.training.gathering import run_first
from keras_core.training.loop import StepRunner, run_pass, run_steps
from keras_core.training.plan import FitPlan, Source, verbosity
from keras_core.training.resuming import Resuming
from keras_core.training.undoing import evaluation_undone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keras_core.callbacks.callback import Callbacks
    from keras_core.callbacks.history import History
    from keras_core.training.feed import Feed
    from keras_core.training.programs import Programs
    from keras_core.training.state import TrainingState


def fit(state: TrainingState, programs: Programs, plan: FitPlan, source: Source, validation: Source | None) -> History:
    """See `Model.fit`.

    Args:
        state: the state of the model's training, all of which is built.
        programs: the model's programs.
        plan: what `fit` was asked to do.
        source: the data to train with.
        validation: the data to validate with.
    """
    return Fit(state, programs, plan, source, validation).run()


class Fit:
    """One call of `Model.fit`.

    Args:
        state: the state of the model's training.
        programs: the model's programs.
        plan: what `fit` was asked to do.
        source: the data to train with.
        validation: the data to validate with.
    """

    def __init__(
        self, state: TrainingState, programs: Programs, plan: FitPlan, source: Source, validation: Source | None
    ) -> None:
        model = state.model
        batch_size = plan.size
        self._state = state
        self._programs = programs
        self._plan = plan
        self._group = group_of(model.backend)
        self._feed = feed_of(source, model.backend, batch_size, plan.shuffle, continues=True)
        self._steps = plan.limited(plan.steps_per_epoch, self._feed.steps)
        given = _with_backup(plan)
        self._callbacks = CallbackList(
            given,
            add_history=True,
            add_progbar=verbosity(plan.verbose) > 0,
            model=model,
            verbose=verbosity(plan.verbose),
            epochs=plan.epochs,
            steps=self._steps or self._feed.steps,
            samples=source.size if isinstance(source, ArrayData) else None,
            batch_size=batch_size,
            do_validation=validation is not None,
            metrics=[name for name, _ in state.named_metrics()],
        )
        watched = plan.anomaly == "raise"
        if plan.anomaly == "stop":
            stop_at_nan(state, source, self._callbacks)
        self._deadline = Deadline(plan.max_time, self._group)
        self._runner = StepRunner(
            state, programs, "train", self._feed.checked, deadline=self._deadline, watched=watched
        )
        one_by_one = state.steps_per_execution if self._callbacks.wants_batches("train") else None
        if watched or (self._group is not None and plan.max_time is not None):
            one_by_one = 1  # processes ask each other after every step whether the time is over
        self._steps_per_call = steps_per_call_of(programs, "watch" if watched else "train", self._feed, one_by_one)
        self._validation = None
        if given:
            self._callbacks.set_validation_data(_validation_arrays(validation))
        if validation is not None:
            self._validation = _Validation(state, programs, plan, validation, self._callbacks)
        self._backup = backup = self._callbacks.backup
        self._resuming = None
        if backup is not None:
            numbers = {
                "samples": source.size if isinstance(source, ArrayData) else None,
                "batch_size": batch_size,
                "steps_per_epoch": self._steps,
                "initial_epoch": plan.initial_epoch,
            }
            self._resuming = Resuming(state, programs, self._callbacks, backup, numbers)

    def run(self) -> History:
        """Train. Whatever interrupts it leaves the model after a whole step."""
        state, model, callbacks, plan = self._state, self._state.model, self._callbacks, self._plan
        model.stop_training = False
        logs: dict[str, Any] = {}
        try:
            callbacks.on_train_begin()
            first = plan.initial_epoch if self._resuming is None else self._resume(self._resuming)
            self._try_validation(range(first, plan.epochs))
            for epoch in range(first, plan.epochs):
                logs = self._epoch(epoch)
                if model.stop_training or self._deadline.over:
                    break
            show_averages(model)
            if state.optimizer is not None and state.optimizer.use_ema:
                state.optimizer.finalize_variable_values(state.trained_variables())
            callbacks.on_train_end(logs)
        except BaseException as error:
            if isinstance(self._group, TellsFailures):
                self._group.tell_failure(error)
            try:
                show_averages(model)
            finally:
                callbacks.on_exception(error)
            raise
        finally:
            callbacks.close()
        history = callbacks.history
        assert history is not None
        return history

    def _resume(self, resuming: Resuming) -> int:
        """Take the state of an interrupted training, if there is one; returns the epoch to begin with."""
        if resuming.epoch is None:
            return self._plan.initial_epoch
        resuming.restore()
        if verbosity(self._plan.verbose):
            steps = f", after {resuming.step} of its steps" if resuming.step else ""
            tell(f"Training goes on in epoch {resuming.epoch + 1}{steps}.")
        return self._plan.epochs if resuming.stopped else resuming.epoch

    def _epoch(self, epoch: int) -> dict[str, Any]:
        self._state.model.reset_metrics()
        self._callbacks.on_epoch_begin(epoch)
        self._runner.epoch = epoch
        calls, done = self._feed.calls(self._steps_per_call, self._steps), 0
        if self._resuming is not None:
            replay = partial(self._replay, epoch) if self._depends_on_earlier_epochs() else None
            reads_ahead = isinstance(self._feed, BatchSource) and self._feed.reads_ahead
            done, calls = self._resuming.begin_epoch(calls, replay, reads_ahead)
        result, done = run_steps(self._runner, calls, self._callbacks, self._steps_per_call, done=done)
        over = self._deadline.over
        if not over:
            self._stop_if_short(epoch, done)
        logs = dict(result.fetch()) if result is not None else self._logs_before(done)
        if not logs:
            return logs
        if over and self._backup is not None and done != (self._steps or self._feed.steps):
            self._interrupt(epoch, done, logs)
            return logs
        if self._validation is not None and self._plan.validates(epoch):
            logs |= self._validation.run()
        self._feed.end_epoch()
        show_averages(self._state.model)
        self._callbacks.on_epoch_end(epoch, logs)
        if self._group is not None:  # a callback of one process stops all
            self._state.model.stop_training = together(self._group, self._state.model.stop_training)
        if self._deadline.over:
            self._interrupt(epoch + 1, 0, logs)
        return logs

    def _interrupt(self, epoch: int, step: int, logs: dict[str, Any]) -> None:
        """Tell that the time is over; where there is a backup, the next call goes on from these steps of this epoch."""
        if self._state.model.stop_training:
            return
        if self._backup is not None and epoch < self._plan.epochs:
            self._backup.interrupt(epoch, step, logs)
        if verbosity(self._plan.verbose):
            tell(f"Training ends: max_time={self._plan.max_time!r} is over.")

    def _try_validation(self, epochs: range) -> None:
        """Run the first steps of the validation, so that a fault of it is found before an epoch was trained."""
        steps = self._plan.sanity_steps
        if steps is None:
            steps = 0 if self._programs.ran("test") else 1
        if self._validation is None or not steps or not any(map(self._plan.validates, epochs)):
            return
        try:
            with evaluation_undone(self._state, self._programs):
                self._validation.run_first(steps)
        except Exception as error:
            error.add_note("Raised by fit() when it tried the validation out before the first epoch (sanity_steps).")
            raise

    def _logs_before(self, done: int) -> dict[str, Any]:
        """The logs of an epoch all of whose steps were done before the training was interrupted."""
        return dict(self._resuming.logs) if self._resuming is not None and done else {}

    def _depends_on_earlier_epochs(self) -> bool:
        """Whether the data of an epoch depend on more than the generators of random numbers."""
        by_itself = isinstance(self._feed, ArrayFeed) and self._steps is None
        return not by_itself or (self._validation is not None and not self._validation.repeatable)

    def _replay(self, epoch: int) -> None:
        """Draw the data of the epochs before `epoch` once more."""
        limit, validation = self._steps, self._validation
        for earlier in range(self._plan.initial_epoch, epoch):
            _exhaust(self._feed.calls(self._steps_per_call, limit))
            if validation is not None and self._plan.validates(earlier):
                validation.replay()
            self._feed.end_epoch()

    def _stop_if_short(self, epoch: int, done: int) -> None:
        model = self._state.model
        expected = self._steps
        if expected is None and isinstance(self._feed, BatchSource):
            expected = self._feed.steps
        if expected is None or done >= expected or model.stop_training:
            return
        warnings.warn(
            f"fit(): the data source ended after {done} of {expected} steps in epoch {epoch + 1}; "
            "training stops here. "
            f"Let it yield steps_per_epoch * epochs batches, or give steps_per_epoch={max(done, 1)}.",
            stacklevel=6,
        )
        model.stop_training = True


class _Validation:
    """The validations of one call of `fit`."""

    def __init__(
        self, state: TrainingState, programs: Programs, plan: FitPlan, source: Source, callbacks: CallbackList
    ) -> None:
        self._model = state.model
        self._callbacks = callbacks
        self._feed: Feed = source if isinstance(source, BatchSource) else _validation_feed(state, plan, source)
        self._steps = plan.limited(plan.validation_steps, self._feed.steps)
        self._runner = StepRunner(state, programs, "test", self._feed.checked, validating=True)
        one_by_one = 1 if callbacks.wants_batches("test") else None
        self._steps_per_call = steps_per_call_of(programs, "test", self._feed, one_by_one)

    @property
    def repeatable(self) -> bool:
        """Whether every validation sees the same data."""
        return not isinstance(self._feed, BatchSource) or self._feed.repeatable

    def replay(self) -> None:
        """Draw the data of a validation without using them."""
        _exhaust(self._feed.calls(self._steps_per_call, self._steps))
        self._feed.end_epoch()

    def run_first(self, steps: int) -> None:
        """The first steps alone, without telling callbacks; one of a source of batches, whose batches stay there."""
        self._model.reset_metrics()
        if isinstance(self._feed, BatchSource):
            run_first(self._runner, self._steps_per_call, self._feed.peek()).fetch()
            return
        for rows, batch in self._runner.calls(self._feed.calls(self._steps_per_call, steps)):
            self._runner.run(rows, batch).fetch()

    def run(self) -> dict[str, Any]:
        """One validation; returns its logs, their names behind "val_"."""
        self._model.reset_metrics()
        logs = run_pass(
            self._runner, self._feed, self._callbacks, self._steps_per_call, self._steps, "validation_steps"
        )
        return {f"val_{name}": value for name, value in logs.items()}


def _exhaust(calls: Iterable[object]) -> None:
    for _ in calls:
        pass


def _with_backup(plan: FitPlan) -> list[Callbacks]:
    """The callbacks, and the one that `resume` stands for."""
    if plan.resume is None:
        return [plan.callbacks] if plan.callbacks else []
    return [plan.callbacks, BackupAndRestore(plan.resume, "auto", delete_checkpoint=False)]


def _validation_feed(state: TrainingState, plan: FitPlan, source: ArrayData) -> Feed:
    size = samples_per_call(state, source, plan.validation_batch_size or (plan.size if plan.batch_size else None))
    return feed_of(source, state.model.backend, state.fixed_batch_size or size)


def _validation_arrays(source: Source | None) -> list[Any] | None:
    """The arrays to validate with, as Keras 2 gives them to callbacks: inputs, targets, weights of the samples."""
    if not isinstance(source, ArrayData):
        return None
    x, y, sample_weight = ([one for one in tree.flatten(part) if one is not None] for part in source.batch)
    return [*x, *y, *(sample_weight or [np.ones(source.size, config.floatx()) for _ in y])]
