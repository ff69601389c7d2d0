"""A graph of ONNX as a functional model."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from keras_core import Input, Model, layers
from keras_core.saving import FileFormatError

from keras_export.from_onnx.calling import LARGEST_RANK, call_nodes
from keras_export.from_onnx.checks import dtype_of, nodes_of
from keras_export.from_onnx.scope import Scope, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping
    from pathlib import Path

    import onnx

FIRST_OPSET = 7
_DOMAINS = ("", "ai.onnx")


def read_graph(model: onnx.ModelProto, folder: Path | None, rules: Mapping[str, Callable[[Any], Any]]) -> Model:
    """A functional model of a model of ONNX.

    Args:
        model: the model.
        folder: where files beside it may lie; None for nowhere.
        rules: operator → what calls it.

    Raises:
        FileFormatError: for operators that are not known, all at once, and a node that cannot be read, by its name.
    """
    graph = model.graph
    scope = Scope(graph, _opset(model), folder, rules)
    _refuse_unknown(graph, rules)
    stored = {one.name for one in graph.initializer}
    inputs = [_input(one, scope) for one in graph.input if one.name not in stored]
    if not inputs:
        raise FileFormatError("the graph takes no inputs, and a model does")
    scope.anchor = inputs[0]
    scope.reserve({one.name for one in graph.output})
    call_nodes(graph, scope)
    results = [_output(one.name, scope) for one in graph.output]
    if not results:
        raise FileFormatError("the graph gives no outputs")
    name = plain(graph.name) or "model"
    return Model(
        inputs[0] if len(inputs) == 1 else inputs, results[0] if len(results) == 1 else results, name=name[:60]
    )


def _input(info: onnx.ValueInfoProto, scope: Scope) -> Any:
    kind = info.type.tensor_type
    if not info.type.HasField("tensor_type") or not kind.HasField("shape"):
        raise FileFormatError(f"the input '{info.name}' is no tensor of a known number of axes")
    shape = tuple(one.dim_value if one.HasField("dim_value") else None for one in kind.shape.dim)
    if not shape or any(n is not None and n < 1 for n in shape) or len(shape) > LARGEST_RANK:
        raise FileFormatError(f"the input '{info.name}' has the shape {list(shape)}, and a batch is needed")
    tensor = Input(batch_shape=shape, dtype=dtype_of(kind.elem_type), name=scope.fresh(info.name))
    scope.define(info.name, tensor)
    return tensor


def _output(name: str, scope: Scope) -> Any:
    value = scope.tensor(name, whole=True)
    return layers.deserialize({"class_name": "Identity", "config": {"name": plain(name) or None}})(value)


def _opset(model: onnx.ModelProto) -> int:
    found = {one.domain: one.version for one in model.opset_import}
    version = max((found[one] for one in _DOMAINS if one in found), default=0)
    if version < FIRST_OPSET:
        raise FileFormatError(
            f"it is of opset {version}, and opsets from {FIRST_OPSET} on are read: "
            "onnx.version_converter makes a newer one"
        )
    if model.functions:
        raise FileFormatError(
            "it has functions of its own: onnx.inliner.inline_local_functions puts them into the graph"
        )
    return int(version)


def _refuse_unknown(graph: onnx.GraphProto, known: Container[str]) -> None:
    unknown: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for node in nodes_of(graph):
        if node.domain not in _DOMAINS or node.op_type not in known:
            name = f"{node.domain}.{node.op_type}" if node.domain not in _DOMAINS else node.op_type
            unknown.setdefault(name, node.name or next(iter(node.output), ""))
            counts[name] += 1
    if unknown:
        listed = ", ".join(
            f"{name:.60} (node '{unknown[name]:.60}'{f' and {counts[name] - 1} more' if counts[name] > 1 else ''})"
            for name in sorted(unknown)[:50]
        )
        raise FileFormatError(f"these operators are not read: {listed}")
