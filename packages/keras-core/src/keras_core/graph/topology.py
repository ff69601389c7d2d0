"""Order of the nodes between given inputs and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.graph.keras_tensor import KerasTensor, Node, keras_tensors_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def nodes_between(inputs: Sequence[KerasTensor], outputs: Iterable[KerasTensor]) -> list[Node]:
    """The nodes needed to compute `outputs` from `inputs`, each after those it depends on.

    Args:
        inputs: KerasTensors where the walk ends.
        outputs: KerasTensors where it starts.

    Raises:
        ValueError: when an output depends on a symbolic tensor that is not among the inputs.
    """
    given = {id(t) for t in inputs}
    order: list[Node] = []
    done: set[int] = set()
    for output in outputs:
        stack: list[tuple[KerasTensor, bool]] = [(output, False)]
        while stack:
            tensor, expanded = stack.pop()
            node = tensor.node
            if id(tensor) in given or (node is not None and id(node) in done):
                continue
            if node is None or not (node.args or node.kwargs):
                raise ValueError(
                    f"Graph disconnected: {output!r} depends on {tensor!r}, which is not among the inputs "
                    f"{[t.name for t in inputs]}. Add it to inputs."
                )
            if expanded:
                done.add(id(node))
                order.append(node)
                continue
            stack.append((tensor, True))
            stack.extend((parent, False) for parent in reversed(node.parents))
    return order


def depends_beyond(tensor: KerasTensor, given: Sequence[KerasTensor], since: int = 0) -> bool:
    """Whether a tensor depends on others than those given and those computed from them by newer nodes.

    Args:
        tensor: where the walk back starts.
        given: where it ends.
        since: the lowest `order` of a newer node. Without it every node counts as such, so that only inputs are others.
    """
    stack, seen = [tensor], {id(t) for t in given}
    while stack:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if one.node is None or not (one.node.args or one.node.kwargs) or one.node.order < since:
            return True
        stack.extend(one.node.parents)
    return False


def operations_in_order(
    inputs: Sequence[KerasTensor], outputs: Sequence[KerasTensor], nodes: Sequence[Node]
) -> tuple[list[Any], dict[int, list[Node]]]:
    """Layers (and op functions) as a model lists them, and the nodes by depth.

    Depth is the longest way to an output. Operations come by decreasing depth, and within one depth in
    the order in which a walk back from the outputs meets them. Masks passed along do not count.
    """
    members = {id(n) for n in nodes}
    first_met: dict[int, int] = {}
    postorder = _walk_back(outputs, members, first_met)
    depths: dict[int, int] = {}
    operation_depth: dict[int, int] = {}
    for node in reversed(postorder):
        depth = max(depths.setdefault(id(node), 0), operation_depth.get(_key(node), 0))
        depths[id(node)] = operation_depth[_key(node)] = depth
        for parent in explicit_parents(node):
            depths[id(parent)] = max(depth + 1, depths.get(id(parent), 0))
    for tensor in inputs:
        start = tensor.node
        if start is not None and id(start) not in depths:
            depths[id(start)] = 0
            operation_depth[_key(start)] = 0
            first_met.setdefault(_key(start), -1)
            postorder.append(start)
    by_depth: dict[int, list[Node]] = {}
    operations: dict[int, Any] = {}
    for node in postorder:
        by_depth.setdefault(depths[id(node)], []).append(node)
        operations[_key(node)] = node.operation if _is_layer(node) else node
    keys = sorted(operations, key=lambda k: (-operation_depth[k], first_met[k]))
    return [operations[k] for k in keys], by_depth


def _walk_back(outputs: Sequence[KerasTensor], members: set[int], first_met: dict[int, int]) -> list[Node]:
    postorder: list[Node] = []
    done: set[int] = set()
    for output in outputs:
        assert output.node is not None
        stack: list[tuple[Node, bool]] = [(output.node, False)]
        while stack:
            node, expanded = stack.pop()
            if id(node) in done:
                continue
            if expanded:
                done.add(id(node))
                postorder.append(node)
                continue
            first_met.setdefault(_key(node), len(first_met))
            stack.append((node, True))
            if id(node) in members:
                stack.extend((parent, False) for parent in reversed(explicit_parents(node)))
    return postorder


def explicit_parents(node: Node) -> list[Node]:
    """The nodes of explicit arguments, without masks that were filled in."""
    masks = {id(t) for t in keras_tensors_in(node.masks)}
    return [t.node for t in node.parents if id(t) not in masks and t.node is not None]


def _is_layer(node: Node) -> bool:
    return hasattr(node.operation, "inbound_nodes")


def _key(node: Node) -> int:
    return id(node.operation) if _is_layer(node) else id(node)
