"""The nodes of a graph of ONNX, whose rules are called one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import is_keras_tensor
from keras_core.config import take_steps
from keras_core.graph import leaves_of
from keras_core.saving import FileFormatError

from keras_export.from_onnx.checks import array_of
from keras_export.from_onnx.node import Node
from keras_export.from_onnx.sizes import is_sizes

if TYPE_CHECKING:
    import onnx

    from keras_export.from_onnx.scope import Scope

LARGEST_RANK = 32


def call_nodes(graph: onnx.GraphProto, scope: Scope) -> list[Any]:
    """Define what a graph stores and what its nodes give.

    Args:
        graph: the graph.
        scope: what its names stand for.

    Returns:
        Its outputs: arrays, sizes and symbolic tensors.

    Raises:
        FileFormatError: for a node that cannot be read, by its name, and outputs that nothing computes.
    """
    if graph.sparse_initializer:
        raise FileFormatError("the graph has sparse tensors, which are not read")
    for tensor in graph.initializer:
        scope.define(tensor.name, array_of(tensor, scope.folder), trained=True)
    for node in graph.node:
        _call(node, graph.name, scope)
    for one in graph.output:
        if one.name not in scope.values:
            raise FileFormatError(f"the output '{one.name}' is computed by no node")
    return [scope.values[one.name] for one in graph.output]


def _call(proto: onnx.NodeProto, graph: str, scope: Scope) -> None:
    if len(proto.output) == 1 and proto.output[0] in scope.merged:
        scope.define(proto.output[0], scope.values[scope.merged[proto.output[0]]])
        return
    try:
        take_steps(1, f"The graph of '{graph}'")
        node = Node(scope, proto)
        missing = [name for name in proto.input if name and name not in scope.values]
        if missing:
            raise ValueError(f"nothing before it computes its input '{missing[0]}'")
        results = leaves_of(scope.rules[proto.op_type](node))
        named = [name for name in proto.output if name]
        if len(named) > len(results) or any(proto.output[len(results) :]):
            raise ValueError(f"its output '{named[-1]}' is not read")
        for name, value in zip(proto.output, results, strict=False):
            if name:
                scope.define(name, _settled(value), node.trained)
    except FileFormatError as error:
        if str(error).startswith("Node "):
            raise
        raise FileFormatError(_message(proto, error)) from error
    except (ValueError, TypeError, LookupError, ArithmeticError, AssertionError, AttributeError) as error:
        raise FileFormatError(_message(proto, error)) from error


def _settled(value: Any) -> Any:
    if is_keras_tensor(value) or is_sizes(value):
        if len(value.shape) > LARGEST_RANK:
            raise ValueError(f"a tensor has {len(value.shape)} axes")
        return value
    return np.asarray(value)


def _message(proto: onnx.NodeProto, error: BaseException) -> str:
    what = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    title = proto.name or next(iter(proto.output), "")
    return f"Node '{title:.100}' ({proto.op_type}) cannot be read: {what or type(error).__name__}"
