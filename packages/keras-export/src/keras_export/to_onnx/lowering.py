"""Graphs of ops written as graphs of ONNX, op by op."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import export_graph, ops
from keras_core.exporting import ExportError
from keras_core.graph import leaves_of, map_nested
from keras_core.op_graph import GraphParts, GraphValue

from keras_export.to_onnx.bodies import Body
from keras_export.to_onnx.builder import type_of
from keras_export.to_onnx.ops import RULES
from keras_export.to_onnx.values import Unsupported, Value, constant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.op_graph import GraphNode
    from keras_core.typing import Shape

    from keras_export.to_onnx.builder import Builder

WHOLE = frozenset(
    {
        *("simple_rnn", "lstm", "gru", "layer_normalization", "softmax", "log_softmax", "gelu", "elu", "selu"),
        *("leaky_relu", "hard_sigmoid", "hard_silu", "hard_swish", "softsign", "mish", "relu6", "clip", "flip"),
    }
)
"""Derived ops that ONNX has whole; what a rule does not cover is composed of others."""
_NEVER_AHEAD = frozenset({"axis_size", "random_uniform", "random_normal", "random_integer"})
_GROWS = 4  # times the elements of what a constant is computed from, which it may have
_SMALL = 4096  # elements of a constant that may have any number
_Known = dict[GraphValue, Value]


class Lowering:
    """Writes the nodes of a graph of ops into a builder.

    Args:
        known: the tensors that values of the graph are, such as its inputs and weights.
    """

    def __init__(self, known: _Known) -> None:
        self.known = known

    def value(self, one: GraphValue) -> Value:
        """The tensor of a value of the graph.

        Args:
            one: the value.
        """
        if one not in self.known and one.constant is not None:
            self.known[one] = constant(one.constant)
        return self.known[one]

    def write(self, graph: GraphParts, g: Builder) -> list[Value]:
        """Write all nodes of a graph.

        Args:
            graph: the graph, whose inputs and captured values are known.
            g: the builder.

        Returns:
            Its outputs.

        Raises:
            ExportError: for an op that ONNX cannot say, with its layer.
        """
        for node in graph.needed:
            outer, g.scope = g.scope, node.layer or g.scope
            try:
                self._write_node(node, g)
            finally:
                g.scope = outer
        return [self.value(one) for one in graph.outputs]

    def _write_node(self, node: GraphNode, g: Builder) -> None:
        results = self._folded(node)
        if results is None:
            try:
                results = self._by_rule(node, g)
            except Unsupported as error:
                results = self._composed(node, g)
                if results is None:
                    raise ExportError(_refusal(node, error)) from error
        for one, value in zip(node.outputs, results, strict=True):
            if one is not None:
                value.shape = tuple(b if a is None else a for a, b in zip(value.shape, one.shape, strict=True))
                self.known[one] = value

    def _by_rule(self, node: GraphNode, g: Builder) -> list[Value]:
        rule = RULES.get(node.op)
        if rule is None:
            raise Unsupported(f"the op {node.op}")
        for one in node.outputs:
            if one is not None:
                type_of(one.dtype)
        found = rule(g, *(map_nested(self._argument, value) for value in node.arguments.values()))
        return leaves_of(found)

    def _argument(self, leaf: Any) -> Any:
        if isinstance(leaf, GraphValue):
            return self.value(leaf)
        return Body(leaf, self.value, self._inline) if isinstance(leaf, GraphParts) else leaf

    def _inline(self, graph: GraphParts, values: Sequence[Value], g: Builder) -> list[Value]:
        """The outputs of a graph inside a node for values, written where it stands."""
        return Lowering({**self.known, **dict(zip(graph.inputs, values, strict=True))}).write(graph, g)

    def _folded(self, node: GraphNode) -> list[Value] | None:
        """What a node gives that computes constants of constants; None for another, or one that would be large."""
        if node.graphs or node.op in _NEVER_AHEAD or not node.operands:
            return None
        arrays = [one.array for one in map(self.value, node.operands)]
        known = [array for array in arrays if array is not None]
        sizes = [_elements(one.shape) for one in node.outputs if one is not None]
        if len(known) != len(arrays) or None in sizes or len(sizes) != len(node.outputs):
            return None
        if sum(n or 0 for n in sizes) > max(_SMALL, _GROWS * sum(array.size for array in known)):
            return None
        arguments = map_nested(
            lambda leaf: self.value(leaf).array if isinstance(leaf, GraphValue) else leaf, node.arguments
        )
        found = leaves_of(getattr(ops, node.op)(**arguments))
        return [
            constant(ops.convert_to_numpy(one), spec.dtype)
            for one, spec in zip(found, node.outputs, strict=True)
            if spec is not None
        ]

    def _composed(self, node: GraphNode, g: Builder) -> list[Value] | None:
        """What a derived op gives by the ops that it is composed of; None for a primitive."""
        if node.op not in WHOLE:
            return None
        values = list(dict.fromkeys(leaf for leaf in leaves_of(node.arguments) if isinstance(leaf, GraphValue)))

        def call(*tensors: Any) -> Any:
            given = dict(zip(values, tensors, strict=True))
            put = map_nested(lambda leaf: given[leaf] if isinstance(leaf, GraphValue) else leaf, node.arguments)
            return getattr(ops, node.op)(**put)

        graph = export_graph(call, [value.spec for value in values], whole=WHOLE - {node.op})
        for inner in graph.nodes:
            inner.layer = node.layer
        inside = Lowering(dict(zip(graph.inputs, map(self.value, values), strict=True)))
        return inside.write(graph, g)


def _elements(shape: Shape) -> int | None:
    return None if None in shape else math.prod(n for n in shape if n is not None)


def _refusal(node: GraphNode, error: Unsupported) -> str:
    where = f"layer '{node.layer.rpartition('/')[2]}' ({node.layer})" if node.layer else "the function"
    return (
        f"ONNX has no operator for {error} in {node.op}() of {where}. Take a layer without it, or export() in a "
        "format of a framework that computes with Keras's ops, format='tf_saved_model' for one."
    )
