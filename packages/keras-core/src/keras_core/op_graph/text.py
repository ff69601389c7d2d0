"""Graphs of ops as text: a line for each node, with its layer behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.graph.nested import leaves_of
from keras_core.op_graph.nodes import GraphParts, GraphValue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keras_core.op_graph.nodes import GraphNode

_SHOWN = 4  # elements of a constant that are written out


def text_of(graph: GraphParts) -> str:
    """The graph line by line; values are numbered in order, variables by their paths.

    Args:
        graph: a graph that takes nothing from one around it.
    """
    return "\n".join(_Writer().graph("graph", graph, ""))


class _Writer:
    def __init__(self) -> None:
        self.names: dict[GraphValue, str] = {}

    def name(self, value: GraphValue) -> str:
        if value.constant is not None:
            return _constant(value.constant)
        return self.names.setdefault(value, f"%{len(self.names)}")

    def typed(self, value: GraphValue) -> str:
        sizes = ", ".join("?" if size is None else str(size) for size in value.shape)
        return f"{self.name(value)}: {value.dtype}[{sizes}]"

    def graph(self, title: str, graph: GraphParts, indent: str) -> Iterable[str]:
        yield f"{indent}{title}({', '.join(map(self.typed, graph.inputs))}):"
        inner = indent + "  "
        for variable, value in graph.reads.items():
            yield f"{inner}{self.typed(value)} = variable {variable.path}"
        for node in graph.nodes:
            yield from self.node(node, inner)
        for variable, value in graph.writes.items():
            yield f"{inner}variable {variable.path} = {self.name(value)}"
        yield f"{inner}return {', '.join(map(self.name, graph.outputs))}".rstrip()

    def node(self, node: GraphNode, indent: str) -> Iterable[str]:
        shown = {k: v for k, v in node.arguments.items() if v is not None and not isinstance(v, GraphParts)}
        given = ", ".join(f"{name}={self.argument(value)}" for name, value in shown.items())
        outputs = ", ".join("_" if value is None else self.typed(value) for value in node.outputs)
        yield f"{indent}{outputs} = {node.op}({given})" + (f"  # {node.layer}" if node.layer else "")
        for name, graph in node.graphs.items():
            yield from self.graph(name, graph, indent + "  ")

    def argument(self, value: Any) -> str:
        if isinstance(value, GraphValue):
            return self.name(value)
        if isinstance(value, np.ndarray):
            return _constant(value)
        if isinstance(value, (list, tuple)) and any(isinstance(leaf, GraphValue) for leaf in leaves_of(value)):
            return f"[{', '.join(map(self.argument, value))}]"
        if isinstance(value, slice):
            limits = [value.start, value.stop] + ([] if value.step is None else [value.step])
            return ":".join("" if limit is None else self.argument(limit) for limit in limits)
        if isinstance(value, tuple) and any(isinstance(one, slice) for one in value):
            return f"[{', '.join(map(self.argument, value))}]"
        return repr(value)


def _constant(array: np.ndarray) -> str:
    if array.size <= _SHOWN:
        return str(array.tolist())
    return f"constant {array.dtype}{list(array.shape)}"
