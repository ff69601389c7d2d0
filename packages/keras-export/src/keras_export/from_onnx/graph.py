"""The nodes of a graph of ONNX, called one by one on symbolic tensors."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import Input, Model, dtypes, is_keras_tensor, layers, ops
from keras_core.config import take_steps
from keras_core.graph import leaves_of
from keras_core.saving import FileFormatError

from keras_export.from_onnx.checks import array_of, dtype_of
from keras_export.from_onnx.layers import ComputedSizes, WeightTensor
from keras_export.from_onnx.node import Node
from keras_export.from_onnx.rules import RULES
from keras_export.from_onnx.sizes import Size, is_sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import onnx

SMALL = 64  # elements of a constant that an op holds itself
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
        opset: which version of the operators it uses.
        values: name → array, sizes, or symbolic tensor.
    """

    def __init__(self, model: onnx.ModelProto, folder: Path | None) -> None:
        self.graph = model.graph
        self.folder = folder
        self.opset = _opset(model)
        self.values: dict[str, Any] = {}
        self._lengths: dict[int, tuple[Any, list[Any]]] = {}
        self._trained: set[str] = set()
        self._uses = Counter(name for node in self.graph.node for name in node.input)
        self._uses.update(one.name for one in self.graph.output)
        self._roles: dict[str, set[Any]] = {}
        for node in self.graph.node:
            attributes = tuple(sorted(one.SerializeToString() for one in node.attribute))
            for place, name in enumerate(node.input):
                self._roles.setdefault(name, set()).add((node.op_type, place, attributes))
        self._next = {name: node for node in self.graph.node for name in node.input}
        self._merged: dict[str, str] = {}
        self._shared_layers: dict[Any, Any] = {}
        self._tensors: dict[str, Any] = {}
        self._names: Counter[str] = Counter()
        self._anchor: Any = None

    # -- the model

    def read(self) -> Model:
        """The model."""
        _refuse_unknown(self.graph, self.opset)
        self._read_initializers()
        inputs = [self._input(one) for one in self.graph.input if one.name not in self.values]
        if not inputs:
            raise FileFormatError("the graph takes no inputs, and a model does")
        self._anchor = inputs[0]
        outputs = {one.name for one in self.graph.output}
        self._names.update(_plain(name) for name in outputs)
        for node in self.graph.node:
            self._read_node(node)
        results = [self._output(one.name) for one in self.graph.output]
        if not results:
            raise FileFormatError("the graph gives no outputs")
        name = _plain(self.graph.name) or "model"
        return Model(
            inputs[0] if len(inputs) == 1 else inputs, results[0] if len(results) == 1 else results, name=name[:60]
        )

    def _read_initializers(self) -> None:
        if self.graph.sparse_initializer:
            raise FileFormatError("the graph has sparse tensors, which are not read")
        for tensor in self.graph.initializer:
            if tensor.name in self.values or not tensor.name:
                raise FileFormatError(f"there are two tensors '{tensor.name}'")
            array = array_of(tensor, self.folder)
            self.values[tensor.name] = array
            if dtypes.is_float(dtypes.standardize(array.dtype)) and array.size > 1:
                self._trained.add(tensor.name)

    def _input(self, info: onnx.ValueInfoProto) -> Any:
        kind = info.type.tensor_type
        if not info.type.HasField("tensor_type") or not kind.HasField("shape"):
            raise FileFormatError(f"the input '{info.name}' is no tensor of a known number of axes")
        shape = tuple(one.dim_value if one.HasField("dim_value") else None for one in kind.shape.dim)
        if not shape or any(n is not None and n < 1 for n in shape) or len(shape) > _RANK:
            raise FileFormatError(f"the input '{info.name}' has the shape {list(shape)}, and a batch is needed")
        tensor = Input(batch_shape=shape, dtype=dtype_of(kind.elem_type), name=self.fresh(info.name))
        self._define(info.name, tensor)
        return tensor

    def _output(self, name: str) -> Any:
        if name not in self.values:
            raise FileFormatError(f"the output '{name}' is computed by no node")
        value = self.values[name]
        if not is_keras_tensor(value):
            value = self.tensor(name, whole=True)
        return layers.deserialize({"class_name": "Identity", "config": {"name": _plain(name) or None}})(value)

    def _define(self, name: str, value: Any) -> None:
        if name in self.values:
            raise FileFormatError(f"there are two tensors '{name}'")
        self.values[name] = value

    # -- nodes

    def _read_node(self, proto: onnx.NodeProto) -> None:
        if len(proto.output) == 1 and proto.output[0] in self._merged:
            self._define(proto.output[0], self.values[self._merged[proto.output[0]]])
            return
        try:
            take_steps(1, f"The graph of '{self.graph.name}'")
            node = Node(self, proto)
            missing = [name for name in proto.input if name and name not in self.values]
            if missing:
                raise ValueError(f"nothing before it computes its input '{missing[0]}'")
            rule = RULES[proto.op_type]
            results = leaves_of(rule(node))
            named = [name for name in proto.output if name]
            if len(named) > len(results) or any(proto.output[len(results) :]):
                raise ValueError(f"its output '{named[-1]}' is not read")
            for name, value in zip(proto.output, results, strict=False):
                if name:
                    self._define(name, self._settled(value, name, node))
        except FileFormatError as error:
            if str(error).startswith("Node "):
                raise
            raise FileFormatError(_message(proto, error)) from error
        except (ValueError, TypeError, LookupError, ArithmeticError, AssertionError, AttributeError) as error:
            raise FileFormatError(_message(proto, error)) from error

    def _settled(self, value: Any, name: str, node: Node) -> Any:
        if is_keras_tensor(value) or is_sizes(value):
            if len(value.shape) > _RANK:
                raise ValueError(f"a tensor has {len(value.shape)} axes")
            return value
        value = np.asarray(value)
        if node.trained and dtypes.is_float(dtypes.standardize(value.dtype)) and value.size > 1:
            self._trained.add(name)
        return value

    # -- what rules need

    def fresh(self, name: str) -> str:
        """A name that no other layer has.

        Args:
            name: what to begin it with.
        """
        plain = _plain(name) or "layer"
        found, count = plain, self._names[plain]
        while self._names[found]:
            found, count = f"{plain}_{count}", count + 1
        self._names[plain] = max(count, 1)
        self._names[found] = max(self._names[found], 1)
        return found

    def trained(self, name: str) -> bool:
        """Whether a name stands for an array of weights.

        Args:
            name: the name.
        """
        return name in self._trained

    def shared(self, name: str) -> bool:
        """Whether a matrix is used in several ways, so that it stays one weight and is that of no layer.

        Args:
            name: the name.
        """
        value = self.values[name]
        several = len(self._roles.get(name, ())) > 1 and name in self._trained
        return several and isinstance(value, np.ndarray) and value.ndim > 1

    def tensor(self, name: str, whole: bool = False) -> Any:
        """What an op computes with: a symbolic tensor, or a small constant.

        Args:
            name: the name.
            whole: whether a constant is a tensor, too. Defaults to False.
        """
        value = self.values[name]
        if is_keras_tensor(value):
            return value
        if name in self._tensors:
            return self._tensors[name]
        if is_sizes(value):
            found = self.sized("stack", self._anchor, value.ravel().tolist(), (value.size,), name)
            found = found if value.ndim else ops.squeeze(found, 0)
        elif name in self._trained or value.size > SMALL or whole:
            dtype = str(dtypes.standardize(value.dtype))
            layer = WeightTensor(value.shape, dtype, trainable=name in self._trained, name=self.fresh(name))
            found = layer(self._anchor)
            layer.set_weights([value])
        else:
            return value
        self._tensors[name] = found
        return found

    def lengths(self, tensor: Any) -> list[Any]:
        """The sizes of a tensor: ints, or expressions.

        Args:
            tensor: a symbolic tensor or an array.
        """
        known = self._lengths.get(id(tensor))
        if known is not None:
            return known[1]
        found = [Size("length", (tensor, k)) if n is None else int(n) for k, n in enumerate(tensor.shape)]
        self._lengths[id(tensor)] = (tensor, found)
        return found

    def note(self, tensor: Any, lengths: Sequence[Any]) -> Any:
        """Say what the sizes of a new tensor are.

        Args:
            tensor: the tensor.
            lengths: its sizes.
        """
        if is_keras_tensor(tensor) and len(lengths) == len(tensor.shape):
            own = [
                (length if isinstance(length, Size) else Size("length", (tensor, k))) if n is None else int(n)
                for k, (n, length) in enumerate(zip(tensor.shape, lengths, strict=True))
            ]
            self._lengths[id(tensor)] = (tensor, own)
        return tensor

    def sized(self, op: str, x: Any, sizes: Sequence[Any], lengths: Sequence[Any], name: str, axes: Any = None) -> Any:
        """An op with computed sizes.

        Args:
            op: as for `ComputedSizes`.
            x: the tensor.
            sizes: its sizes.
            lengths: the sizes of the result.
            name: what the layer is called.
            axes: those of a slice.
        """
        places = [x]
        for size in sizes:
            for leaf in size.leaves() if isinstance(size, Size) else ():
                if not any(one is leaf.args[0] for one in places):
                    places.append(leaf.args[0])
        plain = [one.config(places) if isinstance(one, Size) else int(one) for one in sizes]
        found = ComputedSizes(op, plain, axes, name=self.fresh(name))(places)
        return self.note(found, lengths)

    def bias_behind(self, node: Node, units: int) -> np.ndarray | None:
        """The bias that is added to the result of a product and to nothing else, whose node is then left out.

        Args:
            node: the product.
            units: how many columns it has.
        """
        name = node.outputs[0]
        behind = self._next.get(name)
        if self._uses[name] != 1 or behind is None or behind.op_type != "Add":
            return None
        other = [one for one in behind.input if one != name]
        value = self.values.get(other[0]) if len(other) == 1 else None
        if not isinstance(value, np.ndarray) or value.shape != (units,) or other[0] not in self._trained:
            return None
        if len(self.values[node.names[0]].shape) < 2 or self._uses[node.names[1]] > 1:
            return None
        node.names.append(other[0])
        self._merged[behind.output[0]] = name
        return value

    def layer(self, class_name: str, config: dict[str, Any], weights: Sequence[Any], names: Sequence[str]) -> Any:
        """What calls a layer with weights; one of the same weights and arguments is the same layer.

        Args:
            class_name: its class.
            config: its arguments.
            weights: its weights, in order; None for one that it keeps.
            names: of the tensors that they are made of.
        """
        key = (class_name, repr(sorted((k, repr(v)) for k, v in config.items() if k != "name")), tuple(names))
        known = self._shared_layers.get(key) if names else None
        if known is not None:
            return known
        layer = layers.deserialize({"class_name": class_name, "config": config})

        def call(*args: Any, **kwargs: Any) -> Any:
            found = layer(*args, **kwargs)
            if weights:
                layer.set_weights(list(weights))
            return found

        if names:
            self._shared_layers[key] = layer_called_again = _Called(layer, call)
            return layer_called_again
        return call


class _Called:
    """A layer that gets its weights when it is called first.

    Args:
        layer: the layer.
        first: what calls it first.
    """

    def __init__(self, layer: Any, first: Callable[..., Any]) -> None:
        self._layer = layer
        self._first: Callable[..., Any] | None = first

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        first, self._first = self._first, None
        return self._layer(*args, **kwargs) if first is None else first(*args, **kwargs)


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


def _refuse_unknown(graph: onnx.GraphProto, opset: int) -> None:
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


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("_.-")[:100]
