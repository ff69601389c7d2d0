"""The diagram of a graph of ops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_visualization.models.diagram import Box, Diagram, Group, tensor_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.op_graph import GraphNode, GraphValue, OpGraph

    from keras_visualization.models.diagram import Shown


def diagram_of_ops(graph: OpGraph, shown: Shown) -> Diagram:
    """The diagram of a graph of ops.

    An op that reads a variable is a box as of a layer with weights and names the variable; constants are left out, and
    a graph inside an op, such as the step of a `scan`, is a number of ops.

    Args:
        graph: the graph; ops that no result needs are left out.
        shown: what is shown. With `expand_nested` layers are groups of their ops.
    """
    return _Drawn(graph, shown).diagram


class _Drawn:
    def __init__(self, graph: OpGraph, shown: Shown) -> None:
        self._shown = shown
        self._variables = {value: variable for variable, value in graph.reads.items()}
        self._assigned: dict[GraphValue, list[str]] = {}
        for variable, value in graph.writes.items():
            self._assigned.setdefault(value, []).append(variable.path)
        self._groups = {"": Group("graph", "graph of ops")}
        sources: dict[GraphValue, str] = {}
        arrows: dict[tuple[str, str], None] = {}
        for number, value in enumerate(graph.inputs):
            rows = tuple(tensor_rows((), [value], shown))
            box = Box(f"graph.input{number}", "Input", rows, "input", f"input {number}")
            self._groups[""].members.append(box)
            sources[value] = box.key
        for number, node in enumerate(graph.needed):
            box = self._box(f"graph.{number}", node)
            self._group(node.layer if shown.expand_nested else "").members.append(box)
            arrows |= dict.fromkeys((sources[value], box.key) for value in node.operands if value in sources)
            sources |= {value: box.key for value in node.outputs if value is not None}
        self.diagram = Diagram(self._groups[""], tuple(arrows))

    def _group(self, layer: str) -> Group:
        if layer not in self._groups:
            around, _, name = layer.rpartition("/")
            self._groups[layer] = Group(f"graph.layer{len(self._groups)}", name)
            self._group(around).members.append(self._groups[layer])
        return self._groups[layer]

    def _box(self, key: str, node: GraphNode) -> Box:
        read = [self._variables[value] for value in node.operands if value in self._variables]
        trained = any(variable.trainable for variable in read)
        role = "op" if not read else "weights" if trained else "frozen"
        return Box(key, node.op, tuple(self._rows(node)), role, f"{node.op} ({node.layer})" if node.layer else node.op)

    def _rows(self, node: GraphNode) -> Iterator[tuple[str, str]]:
        shown = self._shown
        if shown.layer_names and node.layer and not shown.expand_nested:
            yield "Layer", node.layer
        read = dict.fromkeys(self._variables[value] for value in node.operands if value in self._variables)
        for variable in read:
            yield "Variable", variable.path
        if shown.trainable and read:
            yield "Trainable", "yes" if any(variable.trainable for variable in read) else "no"
        for name, graph in node.graphs.items():
            yield name.capitalize(), f"{graph.size} ops"
        outputs = [value for value in node.outputs if value is not None]
        yield from tensor_rows([value for value in node.operands if value.constant is None], outputs, shown)
        for value in outputs:
            for path in self._assigned.get(value, ()):
                yield "Assigned to", path
