"""The epochs of `fit`."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import config, tree
from keras_core.callbacks.callback_list import CallbackList
from keras_core.training.array_data import ArrayData
from keras_core.training.batch_source import BatchSource
from keras_core.training.feeds import feed_of, samples_per_call, steps_per_call_of
from keras_core.training.loop import StepRunner, run_pass, run_steps
from keras_core.training.plan import FitPlan, Source, verbosity

if TYPE_CHECKING:
    from keras_core.callbacks.history import History
    from keras_core.training.feed import Feed
    from keras_core.training.programs import Programs
    from keras_core.training.state import TrainingState


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
        batch_size = plan.batch_size or 32
        self._state = state
        self._plan = plan
        self._feed = feed_of(source, model.backend, batch_size, plan.shuffle, continues=True)
        self._callbacks = CallbackList(
            plan.callbacks,
            add_history=True,
            add_progbar=verbosity(plan.verbose) > 0,
            model=model,
            verbose=verbosity(plan.verbose),
            epochs=plan.epochs,
            steps=plan.steps_per_epoch or self._feed.steps,
            samples=source.size if isinstance(source, ArrayData) else None,
            batch_size=batch_size,
            do_validation=validation is not None,
            metrics=[name for name, _ in state.named_metrics()],
        )
        self._runner = StepRunner(state, programs, "train", self._feed.checked)
        one_by_one = state.steps_per_execution if self._callbacks.wants_batches("train") else None
        self._steps_per_call = steps_per_call_of(programs, "train", self._feed, one_by_one)
        self._validation = None
        if plan.callbacks:
            self._callbacks.set_validation_data(_validation_arrays(validation))
        if validation is not None:
            self._validation = _Validation(state, programs, plan, validation, self._callbacks)

    def run(self) -> History:
        """Train. Whatever interrupts it leaves the model after a whole step."""
        state, model, callbacks, plan = self._state, self._state.model, self._callbacks, self._plan
        model.stop_training = False
        callbacks.on_train_begin()
        logs: dict[str, Any] = {}
        try:
            for epoch in range(plan.initial_epoch, plan.epochs):
                logs = self._epoch(epoch)
                if model.stop_training:
                    break
            if state.optimizer is not None and state.optimizer.use_ema:
                state.optimizer.finalize_variable_values(state.trained_variables())
            callbacks.on_train_end(logs)
        except BaseException as error:
            callbacks.on_exception(error)
            raise
        finally:
            callbacks.close()
        history = callbacks.history
        assert history is not None
        return history

    def _epoch(self, epoch: int) -> dict[str, Any]:
        self._state.model.reset_metrics()
        self._callbacks.on_epoch_begin(epoch)
        limit = self._plan.steps_per_epoch
        result, done = run_steps(self._runner, self._feed, self._callbacks, self._steps_per_call, limit)
        self._stop_if_short(epoch, done)
        if result is None:
            return {}
        logs = dict(result.fetch())
        if not logs:
            return logs
        if self._validation is not None and self._plan.validates(epoch):
            logs |= self._validation.run()
        self._feed.end_epoch()
        self._callbacks.on_epoch_end(epoch, logs)
        return logs

    def _stop_if_short(self, epoch: int, done: int) -> None:
        model = self._state.model
        expected = self._plan.steps_per_epoch
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
        self._steps = plan.validation_steps
        self._feed: Feed = source if isinstance(source, BatchSource) else _validation_feed(state, plan, source)
        self._runner = StepRunner(state, programs, "test", self._feed.checked, validating=True)
        one_by_one = 1 if callbacks.wants_batches("test") else None
        self._steps_per_call = steps_per_call_of(programs, "test", self._feed, one_by_one)

    def run(self) -> dict[str, Any]:
        """One validation; returns its logs, their names behind "val_"."""
        self._model.reset_metrics()
        logs = run_pass(
            self._runner, self._feed, self._callbacks, self._steps_per_call, self._steps, "validation_steps"
        )
        return {f"val_{name}": value for name, value in logs.items()}


def _validation_feed(state: TrainingState, plan: FitPlan, source: ArrayData) -> Feed:
    size = samples_per_call(state, source, plan.validation_batch_size or plan.batch_size)
    return feed_of(source, state.model.backend, state.fixed_batch_size or size)


def _validation_arrays(source: Source | None) -> list[Any] | None:
    """The arrays to validate with, as Keras 2 gives them to callbacks: inputs, targets, weights of the samples."""
    if not isinstance(source, ArrayData):
        return None
    x, y, sample_weight = ([one for one in tree.flatten(part) if one is not None] for part in source.batch)
    return [*x, *y, *(sample_weight or [np.ones(source.size, config.floatx()) for _ in y])]
