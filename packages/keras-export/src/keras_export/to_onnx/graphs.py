"""What a builder has collected as a graph of ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onnx import helper

from keras_export.to_onnx.builder import type_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import onnx

    from keras_export.to_onnx.builder import Builder
    from keras_export.to_onnx.values import Value


def finished(
    g: Builder,
    name: str,
    inputs: Sequence[Value],
    outputs: Sequence[Value],
    names: Sequence[str] | None = None,
    constants: Sequence[onnx.TensorProto] = (),
) -> onnx.GraphProto:
    """The graph that a builder has collected, without what no output needs.

    Args:
        g: the builder.
        name: of the graph.
        inputs: its inputs.
        outputs: its outputs.
        names: what the outputs are called; None for any names.
        constants: those of it and of graphs inside it, which that outside of all holds. Defaults to none.
    """
    results = []
    for place, value in enumerate(outputs):
        source = g.name_of(value)
        target = g.fresh("output") if names is None else names[place]
        g.nodes.append(helper.make_node("Identity", [source], [target], name=target))
        results.append(helper.make_tensor_value_info(target, type_of(value.dtype), _dims(value, target)))
    nodes = _used(g.nodes, {one.name for one in results})
    wanted = {name for node in nodes for name in _taken(node)}
    return helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info(str(one.name), type_of(one.dtype), _dims(one, str(one.name))) for one in inputs],
        results,
        [one for one in constants if one.name in wanted],
    )


def _dims(value: Value, name: str) -> list[int | str | None]:
    return [("batch" if not axis else f"{name}_{axis}") if n is None else n for axis, n in enumerate(value.shape)]


def _taken(node: onnx.NodeProto) -> set[str]:
    """The names that an operator takes, those in graphs inside it included."""
    found = set(node.input)
    for attribute in node.attribute:
        if attribute.HasField("g"):
            for inner in attribute.g.node:
                found |= _taken(inner)
    return found


def _used(nodes: Sequence[onnx.NodeProto], wanted: set[str]) -> list[onnx.NodeProto]:
    needed, found = set(wanted), []
    for node in reversed(nodes):
        if needed & set(node.output):
            found.append(node)
            needed |= _taken(node)
    return found[::-1]
