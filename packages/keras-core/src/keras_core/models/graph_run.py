"""A run of a graph in a step, for losses and metrics that use more of its tensors than its outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core.backend import discovery
from keras_core.backend.optional_protocols import EndsTraces
from keras_core.layers.call_context import active_context
from keras_core.staging.trace import Trace, active_trace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keras_core.backend.protocol import VariableLike
    from keras_core.graph.keras_tensor import KerasTensor, Node
    from keras_core.typing import Tensor


class GraphRun:
    """The values that a graph's tensors had, and what is needed to compute them again.

    Values that were computed in a function that is differentiated may mean nothing outside of it: on JAX it is an error
    to use them. There the graph is run again, on the same inputs and with the variables (random state included) as they
    were, which gives the same numbers.

    Args:
        inputs: of the graph.
        nodes: of the graph, in order.
        values: of all its tensors, by id.
    """

    def __init__(self, inputs: Sequence[KerasTensor], nodes: Sequence[Node], values: Mapping[int, Tensor]) -> None:
        context = active_context()
        self._inputs = inputs
        self._nodes = nodes
        self._values = values
        self._training = None if context is None else context.training
        self._variables = _snapshots(nodes)

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
        inputs = {id(one): self._values[id(one)] for one in self._inputs}
        backend = discovery.load(next(iter(variables)).backend_name)
        with Trace(backend, values=variables):  # what layers assign was assigned before
            nodes = [*self._nodes, *nodes]
            return _value_of(wanted, nodes, {**inputs, **given}, self._training)

    def _is_live(self) -> bool:
        if not self._nodes:
            return True
        value = self._values[id(self._nodes[-1].flat_outputs[0])]
        backend = discovery.owner(value)
        return not isinstance(backend, EndsTraces) or backend.is_live(value)

    def _variables_here(self) -> dict[VariableLike, Tensor] | None:
        """The variables' values as they were in the nearest trace that was around the run; None where there is none."""
        here = active_trace()
        while here not in self._variables and here is not None:
            here = here.outer
        return self._variables.get(here) or None


def _snapshots(nodes: Sequence[Node]) -> dict[Trace | None, dict[VariableLike, Tensor]]:
    """Values of the variables of the nodes' layers in each trace around this one, and outside of any (None).

    A whole program has no outside.
    """
    variables = dict.fromkeys(v for node in nodes for v in getattr(node.operation, "variables", ()))
    found: dict[Trace | None, dict[VariableLike, Tensor]] = {}
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
