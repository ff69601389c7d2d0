"""A run of a graph in a step, for losses and metrics that use more of its tensors than its outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core.backend import discovery
from keras_core.backend.protocol import EndsTraces
from keras_core.layers.call_context import active_context
from keras_core.staging.trace import Trace, active_trace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keras_core.graph.keras_tensor import KerasTensor, Node
    from keras_core.models.function import Function
    from keras_core.staging.variable import Variable
    from keras_core.typing import Tensor


class GraphRun:
    """The values that a graph's tensors had, and what is needed to compute them again.

    Values that were computed in a function that is differentiated may mean nothing outside of it: on JAX it is an error
    to use them. There the graph is run again, on the same inputs and with the variables (random state included) as they
    were, which gives the same numbers.

    Args:
        graph: the graph.
        values: of all its tensors, by id.
    """

    def __init__(self, graph: Function, values: Mapping[int, Tensor]) -> None:
        context = active_context()
        self._graph = graph
        self._values = values
        self._training = None if context is None else context.training
        self._variables = _snapshots(graph)

    def evaluate(
        self, nodes: Sequence[Node], given: Mapping[int, Tensor], wanted: KerasTensor, training: bool | None
    ) -> Tensor:
        """The value of one more tensor.

        Args:
            nodes: those on the way to it from the graph's tensors and `given`, in order.
            given: values of further tensors, by id.
            wanted: the tensor.
            training: whether layers on the way run in training; as in the run where None.
        """
        variables = None if self._is_live() else self._variables_here()
        if variables is None:
            return _value_of(wanted, nodes, {**self._values, **given}, self._training if training is None else training)
        inputs = {id(one): self._values[id(one)] for one in self._graph.inputs}
        with Trace(next(iter(variables)).backend, values=variables):  # what layers assign was assigned before
            nodes = [*self._graph.nodes, *nodes]
            return _value_of(wanted, nodes, {**inputs, **given}, self._training)

    def _is_live(self) -> bool:
        value = self._values[id(self._graph.outputs[0])]
        backend = discovery.owner(value)
        return not isinstance(backend, EndsTraces) or backend.is_live(value)

    def _variables_here(self) -> dict[Variable, Tensor] | None:
        """The variables' values as they were in the nearest trace that was around the run; None where there is none."""
        here = active_trace()
        while here not in self._variables and here is not None:
            here = here.outer
        return self._variables.get(here) or None


def _snapshots(graph: Function) -> dict[Trace | None, dict[Variable, Tensor]]:
    """Values of the variables of the graph's layers in each trace around this one, and outside of any (None).

    A whole program has no outside.
    """
    variables = dict.fromkeys(v for operation in graph.operations for v in getattr(operation, "variables", ()))
    found: dict[Trace | None, dict[Variable, Tensor]] = {}
    trace = active_trace()
    while trace is not None and not trace.whole:
        trace = trace.outer
        if trace is not None:
            found[trace] = {variable: trace.read(variable) for variable in variables}
        else:
            found[None] = {variable: variable.backend.read(variable.storage) for variable in variables}
    return found


def _value_of(
    wanted: KerasTensor, nodes: Sequence[Node], environment: dict[int, Tensor], training: bool | None
) -> Tensor:
    context = active_context()
    assert context is not None
    previous, context.training = context.training, training
    try:
        for node in nodes:
            if not all(id(tensor) in environment for tensor in node.flat_outputs):
                node.evaluate(environment)
    finally:
        context.training = previous
    return environment[id(wanted)]
