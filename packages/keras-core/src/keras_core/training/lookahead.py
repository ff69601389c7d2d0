"""Steps of which callbacks are told one by one, although one compiled call runs several."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from keras_core.callbacks.logs import BatchLogs
from keras_core.layers import tracking
from keras_core.training.recorded_steps import MOST

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from keras_core.callbacks.callback_list import CallbackList
    from keras_core.training.data import Batch
    from keras_core.training.logs import StepLogs
    from keras_core.training.recorded_steps import RecordedSteps
    from keras_core.training.steps_per_call import StepsPerCall

_SHARE = 8
"""A call runs at most the number of steps since a callback last looked at the model, divided by this: so what has to be
run once more is little beside the rest."""

_TRUST = _SHARE * MOST
"""Steps without such a look that callbacks begin with."""


class Lookahead:
    """How many steps a call runs before callbacks are told of each.

    Args:
        recorded: runs the steps.
        pace: learns how many steps take a moment.
    """

    def __init__(self, recorded: RecordedSteps, pace: StepsPerCall) -> None:
        self.recorded = recorded
        self.fixed: int | None = None
        self._pace = pace
        self._unseen = _TRUST

    def steps(self) -> int:
        """How many steps the next call should run."""
        if not self.recorded.may_run_ahead():
            return 1
        return max(1, min(self._pace.steps(), MOST, self._unseen // _SHARE))

    def record(self, steps: int, seconds: float) -> None:
        """Learn from a call of so many steps."""
        self._pace.record(steps, seconds)

    def note(self, told: int, looked: bool) -> None:
        """Learn from callbacks that were told of steps, whether one of them looked at the model meanwhile."""
        self._unseen = 0 if looked else self._unseen + told


class ToldSteps:
    """Runs steps, and tells callbacks of each.

    Args:
        lookahead: how many steps a call runs.
        callbacks: those to tell.
        mode: "train" or "test".
        stopped: whether the training has to end.
    """

    def __init__(self, lookahead: Lookahead, callbacks: CallbackList, mode: str, stopped: Callable[[], bool]) -> None:
        self._lookahead = lookahead
        self._callbacks = callbacks
        self._begin = f"on_{mode}_batch_begin"
        self._end = f"on_{mode}_batch_end"
        self._stopped = stopped
        self._begun = False

    def run(self, rows: np.ndarray, data: Batch, done: int) -> tuple[StepLogs | None, int]:
        """The steps of these rows, until one of the callbacks ends the training.

        Args:
            rows: the indices of each step's rows.
            data: the arrays that they belong to.
            done: how many steps were done before.

        Returns:
            The logs of the last step, and how many are done.
        """
        last: StepLogs | None = None
        while len(rows):
            told = self._call(rows[: self._lookahead.steps()], data, done)
            if told:
                last = told[-1]
                done += len(told)
                rows = rows[len(told) :]
                self._callbacks.on_steps_end(done, last.fetch)
                if self._stopped():
                    break
        return last, done

    def _call(self, rows: np.ndarray, data: Batch, done: int) -> list[StepLogs]:
        """One compiled call; the logs of those of its steps that count."""
        recorded = self._lookahead.recorded
        ahead = recorded.ahead
        if not self._begun:
            ahead.begin()
            with ahead.watching():
                self._hook(self._begin, done, rows, None)
        self._begun = False
        looked = ahead.looked
        started = time.perf_counter()
        logs = recorded.run(rows, data)
        if len(rows) > 1:
            logs[-1].fetch()
        self._lookahead.record(len(rows), time.perf_counter() - started)
        with ahead.watching():
            told = self._tell(logs, rows, done)
            if told < len(logs):
                ahead.catch_up()
        self._lookahead.note(told, looked or ahead.looked)
        return logs[:told]

    def _tell(self, logs: list[StepLogs], rows: np.ndarray, done: int) -> int:
        """Tell of the steps; returns of how many, until a callback looked at the model or ended the training."""
        ahead = self._lookahead.recorded.ahead
        version, count = tracking.version(), len(logs)
        for k, one in enumerate(logs):
            if k:
                if not ahead.tell(k):
                    return k
                self._hook(self._begin, done + k, rows, None)
                if ahead.looked or tracking.version() != version:
                    self._begun = True
                    return k
            last = k == count - 1
            if not ahead.tell(k + 1, last):
                self._begun = True
                return k
            self._hook(self._end, done + k, rows, one)
            if not last and (ahead.looked or tracking.version() != version or self._stopped()):
                return k + 1
        return count

    def _hook(self, name: str, batch: int, rows: np.ndarray, logs: StepLogs | None) -> None:
        if self._callbacks.listens(name):
            size = partial(int, rows.shape[1])
            self._callbacks.on_batch_hook(name, batch, BatchLogs(logs and logs.fetch, batch, size))
