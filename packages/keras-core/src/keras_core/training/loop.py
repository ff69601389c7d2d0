"""The loop over the steps of an epoch, an evaluation or a prediction."""

from __future__ import annotations

import time
import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import tree
from keras_core.callbacks.logs import BatchLogs
from keras_core.staging.share import share_scope, splitting_engine
from keras_core.training.across_processes import JoinedOutputs, Splitting
from keras_core.training.anomalies import raise_if_not_finite
from keras_core.training.array_data import common_length
from keras_core.training.gathering import GatheredSteps, Gathering
from keras_core.training.logs import ManyOutputs, StepLogs, StepOutputs, StepResult
from keras_core.training.lookahead import Lookahead, ToldSteps
from keras_core.training.own_parts import OwnParts, parts_engine
from keras_core.training.plan import VALIDATION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from keras_core.callbacks.callback_list import CallbackList
    from keras_core.staging.share import Share
    from keras_core.training.batch_kinds import BatchKind
    from keras_core.training.data import Batch
    from keras_core.training.deadline import Deadline
    from keras_core.training.feed import Feed
    from keras_core.training.programs import Programs
    from keras_core.training.state import TrainingState
    from keras_core.training.steps_per_call import Pace


class StepRunner:
    """Runs the steps of one mode.

    Args:
        state: the state of the model's training.
        programs: the model's programs.
        mode: "train", "test" or "predict".
        checked: as in `Feed`.
        validating: whether the data are validation data of `fit`, for messages.
        deadline: when training has to end.
        watched: whether the first value that is not finite raises.

    Attributes:
        epoch: number of the epoch in progress, from 0.
    """

    def __init__(
        self,
        state: TrainingState,
        programs: Programs,
        mode: str,
        checked: bool,
        validating: bool = False,
        deadline: Deadline | None = None,
        watched: bool = False,
    ) -> None:
        self.model = state.model
        self.mode = mode
        self._backend = state.model.backend
        self.programs = programs
        self._checked = checked
        self._deadline = deadline
        self._engine = splitting_engine(state.model.backend)
        self._splitting = Splitting(self._engine)
        engine = None if mode == "predict" else parts_engine(state.model.backend)
        self._parts = None if engine is None else OwnParts(engine)
        self.epoch = 0
        self._step = "watch" if watched else mode
        self._method = VALIDATION if validating else {"train": "fit", "test": "evaluate", "predict": "predict"}[mode]

    def run(self, rows: np.ndarray | None, batch: Batch) -> StepResult:
        """The steps of one call; where processes split batches, on the rows of this one."""
        if self.mode == "predict" and self._checked:
            return self._run(rows, batch)  # of this process's rows alone
        if self._parts is not None:
            return self._run_parts(self._parts, batch)
        share, rows, batch = self._splitting.part(rows, batch)
        if self.mode == "predict" and share is not None and self._engine is not None:
            return JoinedOutputs(self._predict(batch[0]), self._engine, self._backend)
        with share_scope(share):
            return self._run(rows, batch)

    def calls(self, calls: Iterable[tuple[Any, Batch]]) -> Iterable[tuple[Any, Batch]]:
        """The calls of an epoch or a pass: where every process has its part of the data, as many for all.

        Args:
            calls: those for which there are data here.
        """
        return calls if self._parts is None else self._parts.calls(calls)

    def _run_parts(self, parts: OwnParts, batch: Batch) -> StepResult:
        kind = self.examine(batch)
        if not parts.counts:
            parts.count(batch)
        try:
            return self._run_part(parts.share, kind, batch, parts)
        finally:
            parts.counts = []

    def _run_part(self, share: Share | None, kind: BatchKind | None, batch: Batch, parts: OwnParts) -> StepResult:
        if share is None:
            return self.run_one(parts.whole(batch), None)
        with share_scope(share):
            return self.run_one(batch, kind)

    def _run(self, rows: np.ndarray | None, batch: Batch) -> StepResult:
        if rows is not None and self.mode == "predict":
            return ManyOutputs(self.programs.predict_many(rows, batch[0]), len(rows), self._backend)
        if rows is not None:
            return self.programs.run_many(self._step, rows, batch)
        if self.mode == "predict":
            return self._predict(batch[0])
        return self.run_one(batch, self.examine(batch))

    def run_one(self, batch: Batch, kind: BatchKind | None) -> StepResult:
        """The train or test step of a batch that `examine` has checked."""
        try:
            return self.programs.run(self._step, batch, kind=kind)
        except Exception:
            if not self.model.overrides(f"{self.mode}_step"):
                common_length(batch, self._method)  # says so, if that is why
            raise

    def examine(self, batch: Batch) -> BatchKind | None:
        """Check a batch, unless the data were checked as a whole."""
        return None if self._checked else self.programs.batch_kinds.examine(batch, self._method)

    def run_timed(self, rows: np.ndarray, batch: Batch, steps_per_call: Pace) -> StepResult:
        """The steps of one call, from whose time is learned how many the next should have."""
        started = time.perf_counter()
        result = self.run(rows, batch)
        if steps_per_call.fixed is None:
            result.fetch()
        steps_per_call.record(len(rows), time.perf_counter() - started)
        return result

    def _predict(self, x: Any) -> StepOutputs:
        kinds = self.programs.batch_kinds
        kind = kinds.find((x, None, None), self._method)
        if kind is None and (isinstance(x, np.ndarray) or not self._checked):
            kind = kinds.examine_inputs(x, self._method)
        return StepOutputs(self.programs.predict(x, kind), self._backend)

    def check(self, result: StepResult, step: int) -> None:
        """Raise where a watched step found a value that is not finite."""
        if self._step == "watch":
            raise_if_not_finite(result.fetch(), self.programs.watched, self.epoch, step)

    @property
    def stopped(self) -> bool:
        """Whether the training has to end, since a callback asked for it or its time is over."""
        if self.mode != "train":
            return False
        return self.model.stop_training or (self._deadline is not None and self._deadline.over)


def run_steps(
    runner: StepRunner,
    calls: Iterable[tuple[np.ndarray | None, Batch]],
    callbacks: CallbackList,
    steps_per_call: Pace,
    each: Callable[[StepResult], None] | None = None,
    done: int = 0,
) -> tuple[StepResult | None, int]:
    """Run the steps of one epoch, evaluation or prediction.

    Args:
        runner: runs the steps of a call.
        calls: the data of each call, as a `Feed` gives them.
        callbacks: told before and after each call.
        steps_per_call: how many steps a call runs, which learns from the time they take.
        each: called with the result of each call.
        done: how many steps were done before. Defaults to 0.

    Returns:
        The last result and the number of steps.
    """
    begin: Callable[..., Any] = getattr(callbacks, f"on_{runner.mode}_batch_begin")
    end: Callable[..., Any] = getattr(callbacks, f"on_{runner.mode}_batch_end")
    result: StepResult | None = None
    told = callbacks.wants_batches(runner.mode)
    if isinstance(steps_per_call, Gathering):
        gathered = GatheredSteps(steps_per_call, runner, lambda last, result: end(last, result.fetch))
        return gathered.run(iter(calls), done)
    ahead = None
    if isinstance(steps_per_call, Lookahead):
        ahead = ToldSteps(steps_per_call, callbacks, runner.mode, lambda: runner.stopped)
    for rows, batch in runner.calls(calls):
        if ahead is not None and rows is not None:
            last, done = ahead.run(rows, batch, done)
            result = last or result
            if runner.stopped:
                break
            continue
        size = partial(_samples, rows, batch)
        begin(done, BatchLogs(None, done, size) if told else None)
        if rows is None:
            result = runner.run(None, batch)
            done += 1
        else:
            result = runner.run_timed(rows, batch, steps_per_call)
            done += len(rows)
        runner.check(result, done - 1)
        if each is not None:
            each(result)
        end(done - 1, BatchLogs(result.fetch, done - 1, size) if told else result.fetch)
        if runner.stopped:
            break
    return result, done


def _samples(rows: np.ndarray | None, batch: Batch) -> int:
    """How many samples the steps of a call have."""
    return int(tree.flatten(batch)[0].shape[0] if rows is None else rows.size)


def run_pass(
    runner: StepRunner,
    feed: Feed,
    callbacks: CallbackList,
    steps_per_call: Pace,
    limit: int | None,
    argument: str = "steps",
    each: Callable[[StepResult], None] | None = None,
) -> dict[str, Any]:
    """One evaluation or prediction from its first hook to its last.

    Args:
        runner: runs the steps of one call.
        feed: gives the batches.
        callbacks: told about the pass and its batches.
        steps_per_call: how many steps one call runs.
        limit: number of steps; None runs until the data ends.
        argument: what the user calls the limit.
        each: called with the result of every call.

    Returns:
        The final logs; empty for a prediction.
    """
    getattr(callbacks, f"on_{runner.mode}_begin")()
    calls = feed.calls(steps_per_call, limit)
    result, done = run_steps(runner, calls, callbacks, steps_per_call, each)
    feed.end_epoch()
    _warn_if_short(done, limit, argument)
    logs = dict(result.fetch()) if isinstance(result, StepLogs) else {}
    getattr(callbacks, f"on_{runner.mode}_end")(logs)
    return logs


def _warn_if_short(done: int, limit: int | None, argument: str) -> None:
    if limit is not None and done < limit:
        warnings.warn(
            f"The data source ended after {done} of {argument}={limit} steps. Let it yield more batches, or give "
            f"{argument}={max(done, 1)}.",
            stacklevel=6,
        )
