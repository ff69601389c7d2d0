"""Function: a part of a graph, from given inputs to given outputs, as something that can be run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.graph.keras_tensor import REPLAYING, KerasTensor, Node, any_symbolic, keras_tensors_in
from keras_core.graph.nested import leaves_of, map_nested
from keras_core.graph.topology import (
    evaluate_where_given,
    is_source,
    nodes_up_to_masks,
    operations_in_order,
    take_masks,
)
from keras_core.layers.input_layer import InputLayer
from keras_core.layers.layer import Layer
from keras_core.naming import auto_name
from keras_core.training.outputs import unique_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import TensorTree


class Function:
    """Runs the nodes between symbolic inputs and outputs on values.

    Args:
        inputs: nested KerasTensors. Those that were computed from others are given values of their own here; an
            `InputLayer` with the name of what computed them stands for them among the operations.
        outputs: nested KerasTensors that depend on them.
        name: for messages.

    Raises:
        ValueError: when the outputs depend on something else than the inputs.

    Example:
        >>> import numpy as np
        >>> from keras_core import Function, Input
        >>> x = Input((2,))
        >>> f = Function(x, x * 2 + 1)
        >>> np.asarray(f(np.ones((1, 2), "float32"))).tolist()
        [[3.0, 3.0]]
    """

    def __init__(self, inputs: TensorTree, outputs: TensorTree, name: str | None = None) -> None:
        self.name = name or auto_name("function")
        self.inputs_structure = inputs
        self.outputs_structure = outputs
        self.inputs: list[KerasTensor] = keras_tensors_in(inputs)
        self.outputs: list[KerasTensor] = keras_tensors_in(outputs)
        if not self.inputs or not self.outputs:
            raise ValueError(
                f"{self.name}: inputs and outputs must be KerasTensors (from Input() and what was computed from it), "
                f"got inputs={inputs!r} and outputs={outputs!r}."
            )
        self.nodes, beyond = nodes_up_to_masks(self.inputs, self.outputs)
        self.starts = _starts(self.inputs, self.nodes)
        given = {id(tensor) for tensor in self.inputs}
        self._is_cut = bool(beyond) or any(id(t) in given for node in self.nodes for t in node.flat_outputs)
        self.operations, self.nodes_by_depth = operations_in_order(self.starts, self.outputs, self.nodes)

    def start_of(self, tensor: KerasTensor) -> Node | None:
        """The node that gives a tensor in this graph: for an input that of its `InputLayer`."""
        return self.starts.get(id(tensor), tensor.node)

    def run(
        self,
        feeds: Sequence[Any],
        extra: Sequence[KerasTensor] = (),
        extra_nodes: Sequence[Node] = (),
    ) -> tuple[Any, list[Any]]:
        """Values of the outputs, and of `extra` tensors, for one value an input in flat order."""
        environment: dict[int, Any] = dict(zip(map(id, self.inputs), feeds, strict=True))
        evaluate = evaluate_where_given if self._is_cut else _evaluate
        if self._is_cut:
            take_masks(self.inputs, feeds, environment)
        token = REPLAYING.set(True) if any_symbolic(feeds) else None
        try:
            for node in (*self.nodes, *extra_nodes):
                evaluate(node, environment)
        finally:
            if token is not None:
                REPLAYING.reset(token)
        if token is None:
            self._ran(environment)
        return map_nested(lambda t: environment[id(t)], self.outputs_structure), [environment.get(id(t)) for t in extra]

    def _ran(self, environment: dict[int, Any]) -> None:
        """Called with the values of all tensors, by id, after a run on concrete ones."""

    def __call__(self, inputs: TensorTree) -> TensorTree:
        """Run on nested values or KerasTensors structured like the inputs."""
        flat = leaves_of(inputs)
        if len(flat) != len(self.inputs):
            raise ValueError(f"{self.name} takes {len(self.inputs)} inputs, got {len(flat)}.")
        return self.run(flat)[0]


def _evaluate(node: Node, environment: dict[int, Any]) -> None:
    node.evaluate(environment)


def _starts(inputs: Sequence[KerasTensor], nodes: Sequence[Node]) -> dict[int, Node]:
    """For each input, by its id, the node of its `InputLayer`: a new one, where the tensor is no layer's input."""
    layers = [node.operation for node in nodes if isinstance(node.operation, Layer)]
    sources = [t.node for t in inputs if t.node is not None and is_source(t.node)]
    taken = {layer.name for layer in layers} | {getattr(node.operation, "name", "") for node in sources}
    found: dict[int, Node] = {}
    for tensor in inputs:
        node = tensor.node
        if node is not None and is_source(node):
            found[id(tensor)] = node
        elif id(tensor) not in found:
            operation = None if node is None else node.operation
            base = getattr(operation, "name", None) or getattr(operation, "__name__", None) or tensor.name
            name = unique_name(base, taken)
            taken.add(name)
            found[id(tensor)] = InputLayer(input_tensor=tensor, dtype=tensor.dtype, name=name).inbound_nodes[0]
    return found
