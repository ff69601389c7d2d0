"""Batches that processes split, each of which runs programs of its own over its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import dtypes, ops, tree
from keras_core.staging.share import Share, reduce
from keras_core.staging.trace import active_trace
from keras_core.training.combining import gathered

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

    from keras_core.backend.distribution import Distributes
    from keras_core.backend.protocol import Backend
    from keras_core.staging.variable import Variable
    from keras_core.training.data import Batch
    from keras_core.training.logs import StepResult
    from keras_core.training.state import TrainingState
    from keras_core.typing import Tensor

    Logs = dict[str, Any]


class Splitting:
    """Takes this process's rows of batches.

    Args:
        engine: the processes; None where batches are not split.
    """

    def __init__(self, engine: Distributes | None) -> None:
        self._engine = engine

    @property
    def splits(self) -> bool:
        """Whether processes split batches."""
        return self._engine is not None

    def part(self, rows: np.ndarray | None, batch: Batch) -> tuple[Share | None, np.ndarray | None, Batch]:
        """What this process computes of a call's data, and which rows of each batch that is.

        A batch that has fewer rows than there are processes is computed by all of them as a whole.

        Args:
            rows: the numbers of the rows of each step, or None where `batch` is the batch of one step.
            batch: the arrays.
        """
        engine = self._engine
        if engine is None:
            return None, rows, batch
        total = _length(batch) if rows is None else rows.shape[1]
        rank, size = engine.rank(), engine.size()
        if total is None or total < size:
            return None, rows, batch
        share = Share.of(total, rank, size)
        if rows is not None:
            return share, rows[:, share.start : share.stop], batch
        part: Batch = tree.map_structure(lambda leaf: None if leaf is None else leaf[share.start : share.stop], batch)
        return share, None, part


def _length(batch: Batch) -> int | None:
    """How many rows the arrays have; None where they differ, which is reported where they are used."""
    sizes = {leaf.shape[0] if len(leaf.shape) else 0 for leaf in tree.flatten(batch) if leaf is not None}
    return sizes.pop() if len(sizes) == 1 else None


class JoinedOutputs:
    """The outputs for a batch, of which this process has computed its rows.

    Args:
        outputs: of these rows.
        engine: the processes.
        backend: the same, which makes tensors of what is sent.
    """

    def __init__(self, outputs: StepResult, engine: Distributes, backend: Backend) -> None:
        self._outputs = outputs
        self._engine = engine
        self._backend = backend
        self._found: dict[str, Any] | None = None

    def fetch(self) -> dict[str, Any]:
        """The outputs for the whole batch as nested NumPy arrays under "outputs"; all processes have to fetch them."""
        if self._found is None:
            own = self._outputs.fetch()["outputs"]
            self._found = {"outputs": gathered(self._engine, self._backend, own)}
        return self._found


class StateBefore:
    """What metrics and layers hold before a step, and what they hold after it in all processes.

    Metrics add up what the processes have seen. What layers keep beside their weights, such as moving averages, is
    averaged.

    Args:
        state: the state of the model's training.
    """

    def __init__(self, state: TrainingState) -> None:
        self._state = state
        self._sums = _summed(state)
        self._before = {variable: variable.value for variable in self._sums}

    def combined(self, logs: Logs, share: Share) -> Logs:
        """Reduce the state, and make the logs of one process's rows those of the batch.

        Args:
            logs: what the step returned, by name.
            share: the rows that it was computed of.
        """
        if not isinstance(logs, dict):
            return logs
        model = self._state.model
        grown = [v for v in self._sums if _was_written(v, self._before[v])]
        kept = [v for v in _averaged(self._state) if _was_written(v, None)]
        own = _names_of_metrics(self._state)
        others = [name for name, value in logs.items() if name not in own and _is_number(value)]
        before = [ops.cast(self._before[v], "float32") for v in grown]
        found = reduce(
            [
                *(_growth(v, old, share) for v, old in zip(grown, before, strict=True)),
                *(ops.multiply(ops.cast(v, "float32"), share.weight) for v in kept),
                *(ops.multiply(ops.cast(logs[name], "float32"), share.weight) for name in others),
            ],
            share,
            weighted=False,
        )
        parts = iter(found)
        for variable, old in zip(grown, before, strict=True):
            variable.assign(ops.cast(ops.add(old, next(parts)), variable.dtype))
        for variable in kept:
            variable.assign(ops.cast(next(parts), variable.dtype))
        values = dict(zip(others, parts, strict=True))
        results = model.get_metrics_result() if own.intersection(logs) else {}
        return {name: values[name] if name in values else results.get(name, value) for name, value in logs.items()}


def _growth(variable: Variable, before: Tensor, share: Share) -> Tensor:
    """What a step has added, which is nothing where its rows do not count."""
    found = ops.subtract(ops.cast(variable, "float32"), before)
    return found if share.rows else ops.multiply(found, 0.0)


def _summed(state: TrainingState) -> list[Variable]:
    """The state of metrics, which grows by what a batch adds."""
    metrics = [metric for metric in state.model.metrics if not metric.sees_whole_batch]
    return list(dict.fromkeys(variable for metric in metrics for variable in metric.variables))


def _averaged(state: TrainingState) -> Iterable[Variable]:
    """Numbers that layers keep beside the trained weights."""
    trained, reported = set(state.trained_variables()), set(state.metrics_variables())
    return [
        variable
        for variable in state.model.non_trainable_variables
        if variable not in trained and variable not in reported and dtypes.is_float(variable.dtype)
    ]


def _names_of_metrics(state: TrainingState) -> set[str]:
    return {name for name, _ in state.named_metrics()}


def _was_written(variable: Variable, before: Tensor | None) -> bool:
    """Whether the step has assigned a variable: known in a trace, else by its value."""
    trace = active_trace()
    while trace is not None:
        if variable in trace.written:
            return True
        trace = trace.outer
    return active_trace() is None and variable.value is not before


def _is_number(value: object) -> bool:
    shape = getattr(value, "shape", None)
    return shape is None or tuple(shape) == ()
