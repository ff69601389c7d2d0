"""The nodes of a graph of ONNX, called one by one on symbolic tensors."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import Input, Model, is_keras_tensor, layers
from keras_core.config import take_steps
from keras_core.graph import leaves_of
from keras_core.saving import FileFormatError

from keras_export.from_onnx.checks import array_of, dtype_of
from keras_export.from_onnx.node import Node
from keras_export.from_onnx.rules import RULES
from keras_export.from_onnx.scope import Scope, plain
from keras_export.from_onnx.sizes import is_sizes

if TYPE_CHECKING:
    from pathlib import Path

    import onnx

FIRST_OPSET = 7
_RANK = 32
_DOMAINS = ("", "ai.onnx")


def read_graph(model: onnx.ModelProto, folder: Path | None) -> Model:
    """A functional model of a model of ONNX.

    Args:
        model: the model.
        folder: where files beside it may lie; None for nowhere.

    Raises:
        FileFormatError: for operators that are not known, all at once, and a node that cannot be read, by its name.
    """
    return GraphReader(model, folder).read()


class GraphReader:
    """Makes a functional model, node by node.

    Args:
        model: the model of ONNX.
        folder: where files beside it may lie; None for nowhere.

    Attributes:
        scope: what its names stand for.
    """

    def __init__(self, model: onnx.ModelProto, folder: Path | None) -> None:
        self.graph = model.graph
        self.scope = Scope(model.graph, _opset(model), folder)

    # -- the model

    def read(self) -> Model:
        """The model."""
        _refuse_unknown(self.graph)
        self._read_initializers()
        inputs = [self._input(one) for one in self.graph.input if one.name not in self.scope.values]
        if not inputs:
            raise FileFormatError("the graph takes no inputs, and a model does")
        self.scope.anchor = inputs[0]
        self.scope.reserve({one.name for one in self.graph.output})
        for node in self.graph.node:
            self._read_node(node)
        results = [self._output(one.name) for one in self.graph.output]
        if not results:
            raise FileFormatError("the graph gives no outputs")
        name = plain(self.graph.name) or "model"
        return Model(
            inputs[0] if len(inputs) == 1 else inputs, results[0] if len(results) == 1 else results, name=name[:60]
        )

    def _read_initializers(self) -> None:
        if self.graph.sparse_initializer:
            raise FileFormatError("the graph has sparse tensors, which are not read")
        for tensor in self.graph.initializer:
            self.scope.define(tensor.name, array_of(tensor, self.scope.folder), trained=True)

    def _input(self, info: onnx.ValueInfoProto) -> Any:
        kind = info.type.tensor_type
        if not info.type.HasField("tensor_type") or not kind.HasField("shape"):
            raise FileFormatError(f"the input '{info.name}' is no tensor of a known number of axes")
        shape = tuple(one.dim_value if one.HasField("dim_value") else None for one in kind.shape.dim)
        if not shape or any(n is not None and n < 1 for n in shape) or len(shape) > _RANK:
            raise FileFormatError(f"the input '{info.name}' has the shape {list(shape)}, and a batch is needed")
        tensor = Input(batch_shape=shape, dtype=dtype_of(kind.elem_type), name=self.scope.fresh(info.name))
        self.scope.define(info.name, tensor)
        return tensor

    def _output(self, name: str) -> Any:
        if name not in self.scope.values:
            raise FileFormatError(f"the output '{name}' is computed by no node")
        value = self.scope.tensor(name, whole=True)
        return layers.deserialize({"class_name": "Identity", "config": {"name": plain(name) or None}})(value)

    # -- nodes

    def _read_node(self, proto: onnx.NodeProto) -> None:
        scope = self.scope
        if len(proto.output) == 1 and proto.output[0] in scope.merged:
            scope.define(proto.output[0], scope.values[scope.merged[proto.output[0]]])
            return
        try:
            take_steps(1, f"The graph of '{self.graph.name}'")
            node = Node(scope, proto)
            missing = [name for name in proto.input if name and name not in scope.values]
            if missing:
                raise ValueError(f"nothing before it computes its input '{missing[0]}'")
            results = leaves_of(RULES[proto.op_type](node))
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
        if len(value.shape) > _RANK:
            raise ValueError(f"a tensor has {len(value.shape)} axes")
        return value
    return np.asarray(value)


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


def _refuse_unknown(graph: onnx.GraphProto) -> None:
    unknown: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for node in graph.node:
        if node.domain not in _DOMAINS or node.op_type not in RULES:
            name = f"{node.domain}.{node.op_type}" if node.domain not in _DOMAINS else node.op_type
            unknown.setdefault(name, node.name or next(iter(node.output), ""))
            counts[name] += 1
    if unknown:
        listed = ", ".join(
            f"{name:.60} (node '{unknown[name]:.60}'{f' and {counts[name] - 1} more' if counts[name] > 1 else ''})"
            for name in sorted(unknown)[:50]
        )
        raise FileFormatError(f"these operators are not read: {listed}")


def _message(proto: onnx.NodeProto, error: BaseException) -> str:
    what = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    title = proto.name or next(iter(proto.output), "")
    return f"Node '{title:.100}' ({proto.op_type}) cannot be read: {what or type(error).__name__}"
