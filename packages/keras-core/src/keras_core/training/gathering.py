"""Batches of a source, several of which are run in one compiled call."""

from __future__ import annotations

import threading
import time
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from keras_core.staging.ahead import WATCHING, outside_of_traces
from keras_core.training.steps_per_call import MOST_BATCHES, StepsPerCall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keras_core.backend.protocol import Backend, VariableLike
    from keras_core.staging.variable import Variable
    from keras_core.training.batch_kinds import BatchKind
    from keras_core.training.data import Batch
    from keras_core.training.logs import StepResult
    from keras_core.training.protocol import TrainableModel
    from keras_core.training.steps_per_call import Pace

_BATCH_BYTES = 2**19
"""Of larger batches one step takes much longer than what a call costs."""

_ROOM_BYTES, _FEW = 2**20, 8
"""Bytes of gathered batches, all of which a call is given, however few there are; but room for a few of any size."""

_VARIABLES_BYTES = 2**24
"""Of larger variables a loop of steps copies more than a call costs, where the source is slow."""

_PATIENCE = 0.02
"""Seconds that a batch may wait for others."""


class ManySteps(Protocol):
    """Programs of many steps, as `Programs` has them; see there."""

    read: set[VariableLike]
    ran_in_python: bool
    steps_per_call: dict[tuple[str, int], StepsPerCall]

    def variables(self) -> list[Variable]: ...


class RunsBatches(Protocol):
    """What runs steps, as `StepRunner` does; see there."""

    model: TrainableModel

    @property
    def programs(self) -> ManySteps: ...

    @property
    def stopped(self) -> bool: ...

    def examine(self, batch: Batch) -> BatchKind | None: ...

    def run(self, rows: np.ndarray | None, batch: Batch) -> StepResult: ...

    def run_one(self, batch: Batch, kind: BatchKind | None) -> StepResult: ...

    def run_timed(self, rows: np.ndarray, batch: Batch, steps_per_call: Pace) -> StepResult: ...


class Gathering:
    """How many batches of a source one call runs, and whether it may be several.

    Args:
        programs: the model's programs.
        mode: "train" or "test".

    Attributes:
        fixed: a number of batches, where it does not depend on how long steps take.
        one_by_one: whether batches may not wait for others any more, as the source has looked at the model.
    """

    def __init__(self, programs: ManySteps, mode: str) -> None:
        self._programs = programs
        self._mode = mode
        self.pace = StepsPerCall()
        self.fixed = self.pace.fixed
        self.one_by_one = False

    def steps(self) -> int:
        """How many batches the next call should run."""
        if self.one_by_one or self._programs.ran_in_python:
            return 1
        return self.pace.steps()

    def record(self, steps: int, seconds: float) -> None:
        """Learn from a call."""
        self.pace.record(steps, seconds)

    def space_for(self, batch: Batch) -> GatheredBatches | None:
        """An empty space for batches like this one; None where batches are run by themselves.

        That depends on the data and the model alone, and not on time: programs of one step and of many need not give
        the same bits.
        """
        leaves, kind = kind_of(batch)
        if kind is None:
            return None
        size = sum(leaf.nbytes for leaf in leaves if leaf is not None)
        variables = sum(variable.nbytes for variable in self._programs.variables())
        if size > _BATCH_BYTES or variables > _VARIABLES_BYTES:
            return None
        rows = next(len(leaf) for leaf in leaves if leaf is not None)
        key = (f"{self._mode}, gathered", rows)
        self.pace = self._programs.steps_per_call.setdefault(key, StepsPerCall())
        return GatheredBatches(leaves, kind, min(MOST_BATCHES, max(_FEW, _ROOM_BYTES // max(size, 1))))


def kind_of(batch: Batch) -> tuple[list[Any], tuple[Any, ...] | None]:
    """The leaves of a batch, and its structure, shapes and dtypes; None where it is not of arrays of as many rows."""
    import optree

    leaves: list[Any]
    leaves, form = optree.tree_flatten(batch, none_is_leaf=True)  # type: ignore[arg-type]
    found: list[Any] = [form]
    rows = None
    for leaf in leaves:
        if leaf is None:
            found.append(None)
            continue
        if type(leaf) is not np.ndarray or leaf.dtype.kind not in "biuf" or not leaf.shape:
            return leaves, None
        rows = leaf.shape[0] if rows is None else rows
        if leaf.shape[0] != rows:
            return leaves, None
        found.append((leaf.shape, leaf.dtype))
    return leaves, tuple(found) if rows else None


class GatheredBatches:
    """Batches of one kind, one behind the other.

    Args:
        leaves: those of one batch.
        kind: of what `kind_of` gives the kind.
        room: how many batches there may be.
    """

    def __init__(self, leaves: list[Any], kind: tuple[Any, ...], room: int) -> None:
        self.kind = kind
        self.room = room
        self.count = 0
        self._rows = next(len(leaf) for leaf in leaves if leaf is not None)
        self._arrays = [
            None if leaf is None else np.zeros((room * self._rows, *leaf.shape[1:]), leaf.dtype) for leaf in leaves
        ]
        self._places = np.arange(room * self._rows, dtype="int32").reshape(room, self._rows)

    def add(self, leaves: list[Any]) -> None:
        """Copy a batch of this kind behind the others."""
        start = self.count * self._rows
        for array, leaf in zip(self._arrays, leaves, strict=True):
            if array is not None:
                array[start : start + self._rows] = leaf
        self.count += 1

    def take(self, backend: Backend) -> tuple[np.ndarray, Batch]:
        """The rows of each batch, and the arrays that they belong to, which may be lent to one call; none are left."""
        count, self.count = self.count, 0
        given = [None if array is None else backend.borrow(array) for array in self._arrays]
        return self._places[:count], self.kind[0].unflatten(given)


class GatheredSteps:
    """Runs the batches of a source, several in a call where they come fast, and tells callbacks of each call.

    A source that reads or assigns a variable of the step, or assigns an attribute of a layer, while others of its
    batches wait finds everything as if these had been run one by one: they are run first, and from then on no batch
    waits. They are also run where the source ends, raises or stops the training.

    Args:
        gathering: how many batches a call runs.
        runner: runs the steps.
        tell: tells callbacks of a call, given the number of its last step and the result.
    """

    def __init__(
        self,
        gathering: Gathering,
        runner: RunsBatches,
        tell: Callable[[int, StepResult], None],
    ) -> None:
        self._gathering = gathering
        self._runner = runner
        self._programs = runner.programs
        self._backend = runner.model.backend
        self._written = frozenset(runner.programs.variables())
        self._tell_of = tell
        self._thread = threading.get_ident()
        self._context = copy_context()
        self._space: GatheredBatches | None = None
        self._since = 0.0
        self._drawing = 0.0
        self._failed: BaseException | None = None
        self._result: StepResult | None = None
        self._done = self._told = 0

    def run(self, calls: Iterator[tuple[object, Batch]], done: int = 0) -> tuple[StepResult | None, int]:
        """Run all batches, or those until the training has to end.

        Args:
            calls: the batches.
            done: how many steps were done before.

        Returns:
            The last result and the number of steps.
        """
        self._done = self._told = done
        while True:
            try:
                batch, examined = self._next(calls)
            except BaseException as error:
                if self._failed is not None:
                    raise self._failed from None
                ended = self._finish()
                if isinstance(error, StopIteration) or (ended and isinstance(error, Exception)):
                    break
                raise
            self._add(batch, examined)
            if self._is_due() and self._finish():
                break
        return self._result, self._done

    def _next(self, calls: Iterator[tuple[object, Batch]]) -> tuple[Batch, Any]:
        """The next batch, which is checked, and what `examine` says of it."""
        started = time.perf_counter()
        if self._waiting:
            WATCHING.append(self)
            try:
                _, batch = next(calls)
            finally:
                WATCHING.remove(self)
        else:
            _, batch = next(calls)
            self._since = started
        if self._failed is not None:
            raise self._failed
        examined = self._runner.examine(batch)
        self._drawing = time.perf_counter() - started
        return batch, examined

    def _add(self, batch: Batch, examined: Any) -> None:
        leaves, kind = kind_of(batch)
        if self._space is None or self._space.kind != kind:
            self._run_waiting()  # callbacks are told after this batch, too: it has been drawn
            self._space = self._gathering.space_for(batch)
        if self._space is None:
            self._result = self._runner.run_one(batch, examined)
            self._done += 1
        else:
            self._space.add(leaves)

    @property
    def _waiting(self) -> int:
        """How many batches wait for others."""
        return self._space.count if self._space is not None else 0

    def _is_due(self) -> bool:
        """Whether those that wait have to be run."""
        if self._space is None or self._waiting >= min(self._gathering.steps(), self._space.room):
            return True
        return time.perf_counter() + self._drawing - self._since > _PATIENCE or self._runner.stopped

    def _finish(self) -> bool:
        """Run those that wait, and tell callbacks; whether the training has to end afterwards."""
        self._run_waiting()
        if self._done == self._told:
            return False
        assert self._result is not None
        self._told = self._done
        self._tell_of(self._done - 1, self._result)
        return self._runner.stopped

    def _run_waiting(self) -> None:
        if self._waiting:
            assert self._space is not None
            rows, batch = self._space.take(self._backend)
            self._result = self._runner.run_timed(rows, batch, self._gathering)
            self._done += len(rows)

    def concerns(self, variable: VariableLike) -> bool:
        """Whether a step writes a variable, or has been seen to read it."""
        return variable in self._written or variable in self._programs.read

    def catch_up(self, variable: VariableLike | None = None) -> None:
        """Run the batches that wait, as the source reads or assigns a variable.

        Args:
            variable: the one; None where it may be any.
        """
        if threading.get_ident() != self._thread or not self._waiting or self._failed is not None:
            return
        if variable is not None and not self.concerns(variable):
            return
        self._gathering.one_by_one = True
        try:
            outside_of_traces(self._backend, self._context, self._run_waiting)
        except BaseException as error:  # the source is not to catch it
            self._failed = error


def run_first(runner: RunsBatches, steps_per_call: Pace, batch: Batch) -> StepResult:
    """One step on a batch of a source, by the program that runs the others."""
    space = steps_per_call.space_for(batch) if isinstance(steps_per_call, Gathering) else None
    if space is None:
        return runner.run(None, batch)
    runner.examine(batch)
    space.add(kind_of(batch)[0])
    return runner.run(*space.take(runner.model.backend))
