"""How many steps to run in a call, and on which rows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from keras_core import tree
from keras_core.backend.protocol import Backend
from keras_core.random.seeds import data_generator
from keras_core.training.data import ArrayData, Batch

_BUDGET: ContextVar[int | None] = ContextVar("keras_data_budget", default=None)
_STEPS_PER_CALL: ContextVar[int | None] = ContextVar("keras_steps_per_call", default=None)


def data_budget() -> int:
    """Bytes of training data that are put on the device at once; a quarter of the memory unless limited."""
    limit = _BUDGET.get()
    if limit is not None:
        return limit
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4
    except (AttributeError, ValueError, OSError):  # not a POSIX system
        return 2**31


@contextmanager
def limited_data_budget(nbytes: int) -> Iterator[None]:
    """Put at most `nbytes` bytes of training data on the device at once."""
    token = _BUDGET.set(nbytes)
    try:
        yield
    finally:
        _BUDGET.reset(token)


@contextmanager
def fixed_steps_per_call(steps: int) -> Iterator[None]:
    """Run `steps` steps in each compiled call of the models that train inside, however long they take."""
    token = _STEPS_PER_CALL.set(steps)
    try:
        yield
    finally:
        _STEPS_PER_CALL.reset(token)


_FEW = 8
"""Steps that one call should run at least, so that what a call costs is shared among them, ..."""

_PATIENCE = 1.0
"""... unless they take more seconds than this."""


class StepsPerCall:
    """How many steps one call should run: as many as take about `seconds`, or a few more where steps are slow.

    Args:
        seconds: the time aimed at.
        fixed: a number of steps to run always instead.
    """

    def __init__(self, seconds: float = 0.2, fixed: int | None = None) -> None:
        self.seconds = seconds
        self.fixed = _STEPS_PER_CALL.get() if fixed is None else fixed
        self._steps = self.fixed or 1
        self._warm = False

    def steps(self) -> int:
        return self._steps

    def record(self, steps: int, seconds: float) -> None:
        """Learn from a call that took `seconds`; the first is left out, since it compiles."""
        if self.fixed is not None:
            return
        if not self._warm:
            self._warm = True
            return
        if steps < self._steps and seconds < self.seconds:
            return  # a short call at the end of an epoch, mostly overhead
        one = max(seconds, 1e-6) / steps
        ideal = max(int(self.seconds / one), min(_FEW, int(_PATIENCE / one)))
        self._steps = max(1, min(ideal, 8 * self._steps))


class ArrayFeed:
    """Arrays on the device and the order in which their rows are visited.

    What exceeds `data_budget()` is put there in parts, one after the other.
    """

    def __init__(self, data: ArrayData, backend: Backend, batch_size: int, shuffle: Any = False) -> None:
        self.data = data
        self.backend = backend
        self.batch_size = min(int(batch_size), data.size)
        self.shuffle = shuffle
        self.steps = -(-data.size // self.batch_size)
        self._resident: Batch | None = None
        if data.nbytes <= data_budget():
            self._resident = self._on_device(data.batch)

    def _on_device(self, batch: Batch) -> Batch:
        def put(leaf: Any) -> Any:
            return leaf if leaf is None or self.backend.is_tensor(leaf) else self.backend.tensor(leaf)

        return tree.map_structure(put, batch)

    def _order(self) -> np.ndarray:
        size, batch = self.data.size, self.batch_size
        if self.shuffle == "batch":
            order = np.arange(size, dtype="int32")
            whole = order[: size - size % batch].reshape(-1, batch)
            return np.concatenate([data_generator().permutation(whole).ravel(), order[size - size % batch :]])
        if self.shuffle:
            return data_generator().permutation(size).astype("int32")
        return np.arange(size, dtype="int32")

    def calls(self, pace: StepsPerCall, steps: int | None = None) -> Iterator[tuple[np.ndarray, Batch]]:
        """Pairs (indices of some steps, data on the device) that cover an epoch, or its first `steps` steps."""
        order = self._order()
        if steps is not None:
            while len(order) < steps * self.batch_size and steps > self.steps:
                order = np.concatenate([order, self._order()])
            order = order[: steps * self.batch_size]
        if self._resident is not None:
            for rows in _matrices(order, self.batch_size, pace):
                yield rows, self._resident
            return
        rows_at_once = (
            max(1, int(data_budget() / max(self.data.nbytes / self.data.size, 1)) // self.batch_size) * self.batch_size
        )
        for start in range(0, len(order), rows_at_once):
            rows = order[start : start + rows_at_once]
            part = self._on_device(
                tree.map_structure(
                    lambda leaf, rows=rows: None if leaf is None else np.asarray(leaf)[rows], self.data.batch
                )
            )
            for local in _matrices(np.arange(len(rows), dtype="int32"), self.batch_size, pace):
                yield local, part


def _matrices(order: np.ndarray, batch: int, pace: StepsPerCall) -> Iterator[np.ndarray]:
    """The order cut into matrices (steps, batch); the remainder is one of its own."""
    whole = len(order) // batch
    done = 0
    while done < whole:
        count = min(pace.steps(), whole - done)
        yield order[done * batch : (done + count) * batch].reshape(count, batch)
        done += count
    if len(order) % batch:
        yield order[whole * batch :].reshape(1, -1)
