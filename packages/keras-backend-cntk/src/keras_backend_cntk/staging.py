"""Functions staged as graphs of ops, which run in phases here and in the worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import Spec
from keras_core.backend.toolkit import read_only, replace, run_pure, values_of
from keras_core.op_graph import GraphValue, OpGraph, Recorder

from keras_backend_cntk.link import LINK
from keras_backend_cntk.plan import Plan
from keras_backend_cntk.tasks import Flattener, Symbol, Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.backend import Backend

FlatFunction = Callable[..., list[Any]]

#: Records the ops of the function that is being staged.
RECORDER: ContextVar[Recorder | None] = ContextVar("keras_cntk_recorder", default=None)


@contextmanager
def recording() -> Iterator[Recorder]:
    """Ops on values of graphs become nodes inside; a recorder that is there already goes on."""
    found = RECORDER.get()
    if found is not None:
        yield found
        return
    recorder = Recorder(capabilities=["static-shapes"])
    token = RECORDER.set(recorder)
    try:
        yield recorder
    finally:
        RECORDER.reset(token)


def abstract(fn: FlatFunction, signature: Sequence[Spec]) -> list[Spec]:
    """Specs of the graph that `fn` is.

    Args:
        fn: takes tensors, returns a list of tensors.
        signature: specs of its arguments.
    """
    with recording() as recorder:
        return recorder.abstract(fn, signature)


def record(backend: Backend, fn: FlatFunction, variables: Sequence[Any], signature: Sequence[Spec]) -> OpGraph:
    """A staged function as a graph.

    Args:
        backend: the backend that it runs on.
        fn: takes tensors, returns a list of tensors.
        variables: those that it may assign.
        signature: specs of its arguments.
    """
    inputs = [GraphValue(spec) for spec in signature]
    reads: dict[Any, GraphValue] = {}

    def fetch(variable: Any) -> GraphValue:
        value = backend.read(variable.storage)
        reads[variable] = GraphValue(Spec(value.shape, backend.dtype(value)))
        return reads[variable]

    token = RECORDER.set(None)
    try:
        with recording() as recorder:
            results, written = run_pure(backend, fn, inputs, variables, fetch=fetch, whole=True)
            outputs, new = ([recorder.tensor(one) for one in many] for many in (results, written.values()))
    finally:
        RECORDER.reset(token)
    return OpGraph(inputs, recorder.nodes, outputs, reads, dict(zip(written, new, strict=True)))


def stage(backend: Backend, fn: FlatFunction, variables: Sequence[Any], signature: Sequence[Spec]) -> FlatFunction:
    """`fn` as a program, whose writes are committed together at its end.

    Args:
        backend: the backend that it runs on.
        fn: takes tensors, returns a list of tensors.
        variables: those that it may assign.
        signature: specs of its arguments.
    """
    graph = record(backend, fn, variables, signature)
    program = Program(graph)
    read, written = ([variable.storage for variable in one] for one in (graph.reads, graph.writes))
    count = len(graph.outputs)

    def run(*tensors: Any) -> list[Any]:
        values = program([*tensors, *values_of(read)])
        if written:
            replace(written, list(map(read_only, values[count:])))
        return values[:count]

    return run


class Program:
    """A graph in phases, of which the worker runs every second one.

    Args:
        graph: with sizes that are known.
    """

    def __init__(self, graph: OpGraph) -> None:
        self.inputs = [Symbol(one.shape, one.dtype) for one in [*graph.inputs, *graph.reads.values()]]
        count = len(graph.inputs)
        around = dict(zip(graph.reads.values(), self.inputs[count:], strict=True))
        tasks: list[Task] = []
        self.results = Flattener().graph(graph, self.inputs[:count], around, tasks.append)
        tasks = _needed(tasks, self.results)
        self.plan = Plan(tasks, self.results)

    def __call__(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """The results for an array in the place of each input."""
        values: dict[Symbol, Any] = dict(zip(self.inputs, arrays, strict=True))
        remote, number = self.plan.remote, 0
        with LINK.lock, np.errstate(all="ignore"):
            memory = None if remote is None else remote.prepare()
            for phase in self.plan.phases:
                if phase.remote:
                    assert remote is not None and memory is not None
                    for one, place in phase.takes:
                        memory.view(place)[...] = values[one]
                    remote.run(number)
                    number += 1
                    for one, place in phase.gives:
                        values[one] = memory.view(place).astype(one.dtype, copy=False)  # `_own` copies what goes out
                    continue
                for task in phase.tasks:
                    task.run(values)
        seen: set[int] = {id(one) for one in arrays}
        return [_own(_value(one, values), seen) for one in self.results]


def _value(symbol: Symbol, values: dict[Symbol, Any]) -> Any:
    return values[symbol] if symbol.array is None else symbol.array


def _own(value: Any, seen: set[int]) -> np.ndarray:
    """The array, copied where it may share memory with an argument, a variable or another result."""
    array = np.asarray(value)
    if id(array) in seen or array.base is not None or not array.flags.writeable:
        array = np.array(array)
    seen.add(id(array))
    return array


def _needed(tasks: Sequence[Task], results: Sequence[Symbol]) -> list[Task]:
    """The tasks that something depends on, besides those that print."""
    wanted = set(results)
    found = []
    for task in reversed(tasks):
        printing = task.op == "print_tensor" or any(inner.op == "print_tensor" for inner in task.body)
        if printing or any(one in wanted for one in task.outputs):
            found.append(task)
            wanted |= set(task.operands)
    return found[::-1]
