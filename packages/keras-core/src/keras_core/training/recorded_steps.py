"""Many steps in one call, whose logs are all kept, so that callbacks can be told of each afterwards."""

from __future__ import annotations

from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import ops, tree
from keras_core.backend.optional_protocols import CountsSteps, HandsOut, ReadsStored, StacksSteps
from keras_core.staging.ahead import StepsAhead, going_back, outside_of_traces
from keras_core.staging.staged import StagedSteps
from keras_core.staging.trace import active_trace
from keras_core.staging.variable import Variable
from keras_core.training.logs import StepLogs

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.backend.protocol import Backend, StepsDone, VariableLike
    from keras_core.training.data import Batch
    from keras_core.training.state import TrainingState
    from keras_core.typing import Tensor

    LoggingStep = Callable[..., tuple[Tensor, dict[str, Tensor]]]

MOST = 64
"""Steps that one call runs at most: enough to share what a call costs."""

_ROOM = 32
"""Scalars that a step may log where it writes them into a table."""


class RecordedSteps:
    """Train or test steps that keep the logs of each on the device.

    A backend that `StacksSteps` returns them. On others a step writes them into a table: at its end, where the others
    move up.

    Args:
        state: the state of the model's training.
        step: a step that returns its scalars in one vector, and what else it logs by name.
        names: the names of the scalars, known once the step was traced.
        variables: gives the variables that a step may write.
        key, ops, relax_batch: as for `StagedSteps`.
        begin: lets the variables hold what steps compute with; called before each call of the program.
        done: for steps of training, see `Staged`.

    Attributes:
        ahead: what steps have done that callbacks were not told of yet.
    """

    def __init__(
        self,
        state: TrainingState,
        step: LoggingStep,
        names: list[str],
        variables: Callable[[], list[Variable]],
        key: Callable[[], Any],
        ops: Callable[[], frozenset[str]],
        relax_batch: bool,
        begin: Callable[[], None],
        done: StepsDone | None,
    ) -> None:
        self._backend = backend = state.model.backend
        self._begin = begin
        self._step = step
        self._names = names
        stacked = isinstance(backend, StacksSteps)
        self._table: Variable | None = None
        if not stacked:
            self._table = Variable(np.zeros(MOST * _ROOM, "float32"), trainable=False, name="step_logs")
        self._runs_in_python = 0
        self._variables = variables
        self._read = backend.read_stored if isinstance(backend, ReadsStored) else backend.read
        self._written: dict[Callable[..., Any], list[Variable]] = {}
        self._concerned: set[VariableLike] = set()
        self._storages: list[Any] = []
        self._handed_out = backend.is_handed_out if isinstance(backend, HandsOut) else None
        self._traced = True
        self._recordable = True
        self._staged = StagedSteps(
            self._recording,
            self._assigned,
            backend,
            state.jit,
            key,
            ops,
            relax_batch=relax_batch,
            most=MOST,
            done=done,
            stacked=stacked,
        )
        self.ahead = StepsAhead(self._concerned.__contains__)

    @property
    def program_count(self) -> int:
        """How many programs were compiled."""
        return self._staged.program_count

    def counting(self) -> list[CountsSteps]:
        """The programs that count their steps."""
        return self._staged.counting()

    def may_run_ahead(self) -> bool:
        """Whether several steps may run before callbacks are told of the first.

        That is not so before it was seen that a step is compiled, since what it does in Python each time has to come
        between the hooks; nor where its logs do not fit the table, or objects of the framework share a variable's
        memory.
        """
        if self._traced or not self._recordable:
            return False
        return self._handed_out is None or not any(map(self._handed_out, self._storages))

    def run(self, indices: np.ndarray, data: Batch) -> list[StepLogs]:
        """A step for each row of `indices`, as `StagedSteps` runs them, which `ahead` may go back in.

        Returns:
            The logs of each step.
        """
        self._begin()
        backend = self._backend
        ran = self._runs_in_python
        flat, program, results = self._staged.prepare(indices, data)
        if program not in self._written:
            self._written[program] = self._assigned()
            self._concerned.update(self._written[program])
        one, context = len(indices) == 1, copy_context()
        before = [] if one else [(v.storage, self._read(v.storage)) for v in self._written[program]]
        counting = program if not one and isinstance(program, CountsSteps) else None
        count = counting and counting.count()
        found = program(backend.tensor(indices), *flat)  # a backend may trace only now
        self._traced = ran != self._runs_in_python
        if self._traced:
            self._storages = [variable.storage for variable in self._concerned]
        table, others = results[0](found)
        self._recordable = not others and (self._table is None or len(self._names) <= _ROOM)

        def back_to(steps: int) -> None:
            with going_back():
                backend.write(before)
                if counting is not None:
                    counting.count_from(count)
                if steps:
                    program(backend.tensor(indices[:steps]), *flat)

        def again(steps: int) -> None:
            outside_of_traces(backend, context, partial(back_to, steps))

        self.ahead.begin(None if one else again, told=1)
        if one:
            if self._table is None:  # what is stacked has one row
                take = backend.ops["take"]
                table, others = tree.map_structure(lambda rows: take(rows, 0, 0), (table, others))
            return [StepLogs(self._names, table, others, backend)]
        if self._table is not None:
            table = self._read(self._table.storage)
        rows = _Table(self._names, table, len(indices), backend)
        return [RowLogs(rows, k) for k in range(len(indices))]

    def _assigned(self) -> list[Variable]:
        """The variables that a step may write."""
        return [*self._variables(), *([] if self._table is None else [self._table])]

    def _recording(self, *batch: Any) -> tuple[Tensor, dict[str, Tensor]]:
        self._runs_in_python += 1
        vector, others = self._step(*batch)
        rest = _ROOM - len(self._names)
        if self._table is not None and rest >= 0:
            self._table.assign(ops.concatenate([self._table.value[_ROOM:], vector, ops.zeros((rest,), "float32")]))
        trace = active_trace()
        if trace is not None:
            self._concerned.update(trace.read_variables)
        return vector, others


class _Table:
    """The logs of several steps, fetched together when somebody first looks.

    Args:
        names: names of the scalars.
        rows: what each step logged, the last in the last row; as a flat tensor where rows have room for more.
        count: how many steps there are.
        backend: where the tensor is.
    """

    def __init__(self, names: list[str], rows: Tensor, count: int, backend: Backend) -> None:
        self._names = names
        self._tensor = rows
        self._count = count
        self._backend = backend
        self._rows: list[list[float]] | None = None

    def fetch(self, row: int) -> dict[str, Any]:
        """What was written into a row, by name."""
        if self._rows is None:
            found = self._backend.numpy(self._tensor)
            self._rows = (found.reshape(MOST, _ROOM) if found.ndim == 1 else found)[-self._count :].tolist()
        return dict(zip(self._names, self._rows[row], strict=False))


class RowLogs(StepLogs):
    """The logs of one of several steps."""

    def __init__(self, table: _Table, row: int) -> None:
        self._table = table
        self._row = row
        self._found: dict[str, Any] | None = None

    def fetch(self) -> dict[str, Any]:
        """The values as Python floats."""
        if self._found is None:
            self._found = self._table.fetch(self._row)
        return self._found
