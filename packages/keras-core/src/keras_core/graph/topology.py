"""Order of the nodes between given inputs and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.graph.keras_tensor import KerasTensor, Node, keras_tensors_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def nodes_between(inputs: Sequence[KerasTensor], outputs: Sequence[KerasTensor]) -> list[Node]:
    """The nodes needed to compute `outputs` from `inputs`, each after those it depends on.

    Args:
        inputs: KerasTensors where the walk ends.
        outputs: KerasTensors where it starts.

    Raises:
        ValueError: when an output depends on a symbolic tensor that is not among the inputs.
    """
    nodes, others = nodes_behind(inputs, outputs)
    _refuse_disconnected(inputs, outputs, others, masks_too=True)
    return nodes


def nodes_up_to_masks(
    inputs: Sequence[KerasTensor], outputs: Sequence[KerasTensor]
) -> tuple[list[Node], list[KerasTensor]]:
    """As `nodes_between`, where masks that layers found on their inputs may depend on other tensors.

    Args:
        inputs: KerasTensors where the walk ends.
        outputs: KerasTensors where it starts.

    Returns:
        The nodes, and those other tensors.

    Raises:
        ValueError: when an output depends otherwise on a symbolic tensor that is not among the inputs.
    """
    nodes, others = nodes_behind(inputs, outputs)
    _refuse_disconnected(inputs, outputs, others, masks_too=False)
    return nodes, others


def nodes_behind(inputs: Sequence[KerasTensor], outputs: Sequence[KerasTensor]) -> tuple[list[Node], list[KerasTensor]]:
    """The nodes that outputs depend on, each after those it depends on, and the tensors that nothing computes.

    Args:
        inputs: KerasTensors where the walk ends; they are not among the tensors returned.
        outputs: KerasTensors where it starts.
    """
    given = {id(t) for t in inputs}
    order: list[Node] = []
    done: set[int] = set()
    others: dict[int, KerasTensor] = {}
    for output in outputs:
        stack: list[tuple[KerasTensor, bool]] = [(output, False)]
        while stack:
            tensor, expanded = stack.pop()
            node = tensor.node
            if id(tensor) in given or (node is not None and id(node) in done):
                continue
            if node is None or is_source(node):
                others[id(tensor)] = tensor
                continue
            if expanded:
                done.add(id(node))
                order.append(node)
                continue
            stack.append((tensor, True))
            stack.extend((parent, False) for parent in reversed(node.parents))
    return order, list(others.values())


def is_source(node: Node) -> bool:
    """Whether a node computes nothing, as an input's."""
    return not (node.args or node.kwargs)


def _refuse_disconnected(
    inputs: Sequence[KerasTensor], outputs: Sequence[KerasTensor], others: Sequence[KerasTensor], masks_too: bool
) -> None:
    """Raise if an output depends on one of `others`; by a mask that a layer found, only if `masks_too`."""
    wrong, seen = {id(tensor) for tensor in others}, {id(tensor) for tensor in inputs}
    for output in outputs if others else ():
        stack = [output]
        while stack:
            tensor = stack.pop()
            if id(tensor) in wrong:
                raise ValueError(
                    f"Graph disconnected: {output!r} depends on {tensor!r}, which is not among the inputs "
                    f"{[t.name for t in inputs]}. Add it to inputs."
                )
            if id(tensor) not in seen and tensor.node is not None:
                stack += tensor.node.parents if masks_too else explicit_inputs(tensor.node)
            seen.add(id(tensor))


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
        if one.node is None or is_source(one.node) or one.node.order < since:
            return True
        stack.extend(one.node.parents)
    return False


def operations_in_order(
    starts: Mapping[int, Node], outputs: Sequence[KerasTensor], nodes: Sequence[Node]
) -> tuple[list[Any], dict[int, list[Node]]]:
    """Layers (and op functions) as a model lists them, and the nodes by depth.

    Depth is the longest way to an output. Operations come by decreasing depth, and within one depth in
    the order in which a walk back from the outputs meets them. Masks passed along do not count.

    Args:
        starts: by the id of each input the node that stands for it.
        outputs: KerasTensors.
        nodes: the nodes between them, each after those it depends on.
    """
    members = {id(n) for n in nodes}
    first_met: dict[int, int] = {}
    postorder = _walk_back(starts, outputs, members, first_met)
    depths: dict[int, int] = {}
    operation_depth: dict[int, int] = {}
    for node in reversed(postorder):
        depth = max(depths.setdefault(id(node), 0), operation_depth.get(_key(node), 0))
        depths[id(node)] = operation_depth[_key(node)] = depth
        for parent in explicit_parents(node, starts) if id(node) in members else ():
            depths[id(parent)] = max(depth + 1, depths.get(id(parent), 0))
    for start in starts.values():
        if id(start) not in depths:
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


def _walk_back(
    starts: Mapping[int, Node], outputs: Sequence[KerasTensor], members: set[int], first_met: dict[int, int]
) -> list[Node]:
    postorder: list[Node] = []
    done: set[int] = set()
    for output in outputs:
        last = starts.get(id(output), output.node)
        assert last is not None
        stack: list[tuple[Node, bool]] = [(last, False)]
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
                stack.extend((parent, False) for parent in reversed(explicit_parents(node, starts)))
    return postorder


def explicit_inputs(node: Node) -> list[KerasTensor]:
    """The tensors of a node's arguments, without masks that were filled in."""
    masks = {id(t) for t in keras_tensors_in(node.masks)}
    return [tensor for tensor in node.parents if id(tensor) not in masks]


def explicit_parents(node: Node, starts: Mapping[int, Node]) -> list[Node]:
    """The nodes that give a node's `explicit_inputs`.

    Args:
        node: a node.
        starts: nodes that stand for tensors, by their ids, whatever these were computed by.
    """
    parents = [starts.get(id(tensor), tensor.node) for tensor in explicit_inputs(node)]
    return [parent for parent in parents if parent is not None]


def _is_layer(node: Node) -> bool:
    return hasattr(node.operation, "inbound_nodes")


def _key(node: Node) -> int:
    return id(node.operation) if _is_layer(node) else id(node)


def evaluate_where_given(node: Node, environment: dict[int, Any]) -> None:
    """Evaluate a node where values of tensors may be lacking, or be there in advance.

    Masks that depend on what nobody gives are lacking: a layer that would take one is called without.

    Args:
        node: the node.
        environment: values by the id of their tensor; takes in those of the outputs that it does not hold.
    """
    if any(id(tensor) not in environment for tensor in explicit_inputs(node)):
        return
    lacking = [id(tensor) for tensor in node.parents if id(tensor) not in environment]
    given = {id(t): environment[id(t)] for t in node.flat_outputs if id(t) in environment}
    values = {**environment, **dict.fromkeys(lacking)}
    node.evaluate(values)
    environment.update({id(t): values[id(t)] for t in node.flat_outputs})
    environment.update(given)


def take_masks(tensors: Sequence[KerasTensor], values: Sequence[Any], environment: dict[int, Any]) -> None:
    """Put the masks that come with values in the place of those that the tensors have in the graph.

    Args:
        tensors: tensors of the graph.
        values: one for each.
        environment: values by the id of their tensor.
    """
    for tensor, value in zip(tensors, values, strict=True):
        mask = None if tensor._keras_mask is None else getattr(value, "_keras_mask", None)
        if mask is not None:
            environment[id(tensor._keras_mask)] = mask
