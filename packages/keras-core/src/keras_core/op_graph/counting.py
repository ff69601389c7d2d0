"""How many arithmetic operations a graph of ops takes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit.contraction import contraction_axes
from keras_core.graph.nested import leaves_of
from keras_core.op_graph.nodes import GraphValue
from keras_core.ops.table import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.op_graph.nodes import GraphNode, GraphParts

_MOVING_FAMILIES = frozenset({"creation", "indexing", "joining", "shaping"})
_MOVING = frozenset({"cast", "print_tensor", "stop_gradient", "view_as_complex", "view_as_real"})


def arithmetic_of(graph: GraphParts, batch_size: int = 1) -> dict[str, int]:
    """The operations of each layer, by the names of `GraphNode.layer`, see `OpGraph.arithmetic_by_layer`.

    Args:
        graph: the graph.
        batch_size: what stands for sizes that are not known. Defaults to 1.
    """
    found: dict[str, int] = {}
    for node in graph.nodes:
        for layer, count in _of_node(node, batch_size).items():
            found[layer] = found.get(layer, 0) + count
    return found


def _of_node(node: GraphNode, batch: int) -> dict[str, int]:
    if node.op not in TABLE:
        return _of_graphs(node, batch)
    count = _SPECIAL.get(node.op, _elementwise)(node, batch)
    return {node.layer: count}


def _of_graphs(node: GraphNode, batch: int) -> dict[str, int]:
    inside = {name: arithmetic_of(graph, batch) for name, graph in node.graphs.items()}
    if node.op == "cond":
        return max(inside.values(), key=lambda counts: sum(counts.values()))
    if node.op == "scan":
        xs, length = node.arguments["xs"], node.arguments["length"]
        steps = xs[0].shape[0] if xs else length
        times = batch if not isinstance(steps, int) else steps
        return {layer: times * count for layer, count in inside["body"].items()}
    if node.op == "while_loop":
        total = dict(inside["cond_fn"])
        for layer, count in inside["body_fn"].items():
            total[layer] = total.get(layer, 0) + count
        return total
    times = 3 if node.op == "value_and_gradients" else 1
    return {layer: times * count for layer, count in inside["function"].items()}


def _elements(value: Any, batch: int) -> int:
    return math.prod(batch if size is None else size for size in value.shape)


def _elementwise(node: GraphNode, batch: int) -> int:
    family = TABLE[node.op].family
    if family in _MOVING_FAMILIES or node.op in _MOVING:
        return 0
    values = _values(node) if family == "reduction" else [one for one in node.outputs if one is not None]
    return max((_elements(one, batch) for one in values), default=0)


def _values(node: GraphNode) -> list[GraphValue]:
    return [leaf for leaf in leaves_of(list(node.arguments.values())) if isinstance(leaf, GraphValue)]


def _contract(node: GraphNode, batch: int) -> int:
    operands = node.arguments["operands"]
    taken, _ = contraction_axes(node.arguments["subscripts"], [value.ndim for value in operands])
    sizes: dict[str, int] = {}
    for letters, value in zip(taken, operands, strict=True):
        sizes |= {a: batch if n is None else n for a, n in zip(letters, value.shape, strict=True) if n != 1}
    return 2 * math.prod(sizes.values()) if len(operands) > 1 else math.prod(sizes.values())


def _matmul(node: GraphNode, batch: int) -> int:
    inner: int | None = node.arguments["x1"].shape[-1]
    return 2 * _elements(node.outputs[0], batch) * (batch if inner is None else inner)


def _conv(node: GraphNode, batch: int) -> int:
    kernel = node.arguments["kernel"]
    filters: int = kernel.shape[-1]
    return 2 * _elements(node.outputs[0], batch) * _elements(kernel, batch) // filters


def _conv_transpose(node: GraphNode, batch: int) -> int:
    kernel = node.arguments["kernel"]  # (*window, out, in): each element that comes in is multiplied by its filter
    channels: int = kernel.shape[-1]
    return 2 * _elements(node.arguments["inputs"], batch) * _elements(kernel, batch) // channels


def _pool(node: GraphNode, batch: int) -> int:
    window: int | tuple[int, ...] = node.arguments["pool_size"]
    count = node.arguments["inputs"].ndim - 2
    return _elements(node.outputs[0], batch) * math.prod((window,) * count if isinstance(window, int) else window)


_SPECIAL: dict[str, Callable[[GraphNode, int], int]] = {
    "contract": _contract,
    "matmul": _matmul,
    "conv": _conv,
    "conv_transpose": _conv_transpose,
    "max_pool": _pool,
    "average_pool": _pool,
}
