"""Function: a part of a graph, from given inputs to given outputs, as something that can be run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.graph.keras_tensor import REPLAYING, KerasTensor, Node, any_symbolic, keras_tensors_in
from keras_core.graph.nested import map_nested
from keras_core.graph.topology import nodes_between, operations_in_order
from keras_core.naming import auto_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import TensorTree


class Function:
    """Runs the nodes between symbolic inputs and outputs on values.

    Args:
        inputs: nested KerasTensors.
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
        self.nodes: list[Node] = nodes_between(self.inputs, self.outputs)
        self.operations, self.nodes_by_depth = operations_in_order(self.inputs, self.outputs, self.nodes)

    def run(
        self,
        feeds: Sequence[Any],
        extra: Sequence[KerasTensor] = (),
        extra_nodes: Sequence[Node] = (),
    ) -> tuple[Any, list[Any]]:
        """Values of the outputs, and of `extra` tensors, for one value an input in flat order."""
        environment: dict[int, Any] = dict(zip(map(id, self.inputs), feeds, strict=True))
        token = REPLAYING.set(True) if any_symbolic(feeds) else None
        try:
            for node in (*self.nodes, *extra_nodes):
                node.evaluate(environment)
        finally:
            if token is not None:
                REPLAYING.reset(token)
        if token is None:
            self._ran(environment)
        return map_nested(lambda t: environment[id(t)], self.outputs_structure), [environment[id(t)] for t in extra]

    def _ran(self, environment: dict[int, Any]) -> None:
        """Called with the values of all tensors, by id, after a run on concrete ones."""

    def __call__(self, inputs: TensorTree) -> TensorTree:
        """Run on nested values or KerasTensors structured like the inputs."""
        flat: list[Any] = []
        map_nested(flat.append, inputs)
        if len(flat) != len(self.inputs):
            raise ValueError(f"{self.name} takes {len(self.inputs)} inputs, got {len(flat)}.")
        return self.run(flat)[0]
