"""What the names in a graph of ONNX stand for, and what makes tensors and layers of them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes, is_keras_tensor, layers, ops
from keras_core.saving import FileFormatError

from keras_export.from_onnx.checks import graphs_in
from keras_export.from_onnx.layers import ComputedSizes, WeightTensor
from keras_export.from_onnx.sizes import Size, is_sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    import onnx

SMALL = 64  # elements of a constant that an op holds itself


@dataclass
class _Made:
    """What is made for a model: the sizes of its tensors by their id, beside these, and how often names are taken."""

    lengths: dict[int, tuple[Any, list[Any]]] = field(default_factory=dict)
    layers: Counter[str] = field(default_factory=Counter)


class Scope:
    """The names of a graph as far as it is read.

    Args:
        graph: the graph.
        opset: which version of the operators it uses.
        folder: where files beside it may lie; None for nowhere.
        rules: operator → what calls it.

    Attributes:
        values: name → array, sizes, or symbolic tensor.
        merged: outputs of nodes that a layer before them computes, too → its output.
        anchor: the tensor that layers without inputs are called on.
        made: what it shares with graphs of the same model.
        repeats: how often it runs, as far as that is known: the steps of loops around it.
    """

    def __init__(
        self, graph: onnx.GraphProto, opset: int, folder: Path | None, rules: Mapping[str, Callable[[Any], Any]]
    ) -> None:
        self.opset = opset
        self.folder = folder
        self.rules = rules
        self.repeats = 1
        self.values: dict[str, Any] = {}
        self.merged: dict[str, str] = {}
        self.anchor: Any = None
        self.made = _Made()
        self._trained: set[str] = set()
        self._uses = Counter(one.name for one in graph.output)
        self._roles: dict[str, set[Any]] = {}
        for node in graph.node:
            inside = graphs_in(node)
            attributes = () if inside else tuple(sorted(one.SerializeToString() for one in node.attribute))
            roles = [(name, (node.op_type, place, attributes)) for place, name in enumerate(node.input)]
            roles += [(name, (id(inner), 0, ())) for inner in inside for name in captured(inner)]
            for name, role in roles:
                self._uses[name] += 1
                self._roles.setdefault(name, set()).add(role)
        self._next = {name: node for node in graph.node for name in node.input}
        self._shared_layers: dict[Any, _Called] = {}
        self._tensors: dict[str, Any] = {}

    def define(self, name: str, value: Any, trained: bool = False) -> None:
        """Say what a name stands for.

        Args:
            name: the name.
            value: array, sizes, or symbolic tensor.
            trained: whether floats are weights, where there are several. Defaults to False.

        Raises:
            FileFormatError: for a name that stands for something else, and none at all.
        """
        if not name:
            raise FileFormatError("a tensor has no name")
        if name in self.values:
            raise FileFormatError(f"there are two tensors '{name}'")
        self.values[name] = value
        several = isinstance(value, np.ndarray) and value.size > 1 and not is_sizes(value)
        if trained and several and dtypes.is_float(dtypes.standardize(value.dtype)):
            self._trained.add(name)

    def inside(self, graph: onnx.GraphProto) -> Scope:
        """The scope of a graph inside a node, of which nothing is known yet.

        Args:
            graph: the graph.
        """
        inner = Scope(graph, self.opset, self.folder, self.rules)
        inner.repeats = self.repeats
        return inner

    def joined(self, graph: onnx.GraphProto) -> Scope:
        """The scope of a graph inside a node which is written where it stands.

        Args:
            graph: the graph.
        """
        inner = self.inside(graph)
        inner.anchor, inner.made = self.anchor, self.made
        for name in captured(graph):
            inner.define(name, self.given(name), self.trained(name))
        return inner

    def given(self, name: str) -> Any:
        """What a name stands for in a graph inside a node: as here, but weights that are used here, too, are tensors.

        Args:
            name: the name.

        Raises:
            ValueError: for one that nothing defines.
        """
        if name not in self.values:
            raise ValueError(f"nothing before it computes '{name}', which a graph inside it takes")
        return self.tensor(name) if self.shared(name) else self.values[name]

    def reserve(self, names: Iterable[str]) -> None:
        """Keep names for layers that are made later.

        Args:
            names: as in the graph.
        """
        self.made.layers.update(plain(name) for name in names)

    def fresh(self, name: str) -> str:
        """A name that no other layer has.

        Args:
            name: what to begin it with.
        """
        first = plain(name) or "layer"
        found, count = first, self.made.layers[first]
        while self.made.layers[found]:
            found, count = f"{first}_{count}", count + 1
        self.made.layers[first] = max(count, 1)
        self.made.layers[found] = max(self.made.layers[found], 1)
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
            found = self.sized("stack", self.anchor, value.ravel().tolist(), (value.size,), name)
            found = found if value.ndim else ops.squeeze(found, 0)
        else:
            found = self.constant(value, name, whole, name in self._trained)
        if is_keras_tensor(found):
            self._tensors[name] = found
        return found

    def constant(self, value: np.ndarray, name: str, whole: bool = False, trainable: bool = False) -> Any:
        """An array as an op computes with it: itself where it has few elements, else what a layer keeps.

        Args:
            value: the array.
            name: what the layer is called.
            whole: whether it is a layer's in any case. Defaults to False.
            trainable: whether it is a weight, which is a layer's in any case. Defaults to False.
        """
        if not whole and not trainable and value.size <= SMALL:
            return value
        dtype = str(dtypes.standardize(value.dtype))
        layer = WeightTensor(value.shape, dtype, trainable=trainable, name=self.fresh(name))
        found = layer(self.anchor)
        layer.set_weights([value])
        return found

    def lengths(self, tensor: Any) -> list[Any]:
        """The sizes of a tensor: ints, or expressions.

        Args:
            tensor: a symbolic tensor or an array.
        """
        known = self.made.lengths.get(id(tensor))
        if known is not None:
            return known[1]
        found = [Size("length", (tensor, k)) if n is None else int(n) for k, n in enumerate(tensor.shape)]
        self.made.lengths[id(tensor)] = (tensor, found)
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
            self.made.lengths[id(tensor)] = (tensor, own)
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
        expressions = [one.config(places) if isinstance(one, Size) else int(one) for one in sizes]
        found = ComputedSizes(op, expressions, axes, name=self.fresh(name))(places)
        return self.note(found, lengths)

    def bias_behind(self, product: str, kernel: str, units: int) -> str | None:
        """The bias that is added to a product and to nothing else, by a node that is then left out.

        Args:
            product: the name of the product.
            kernel: of its weights.
            units: how many columns it has.
        """
        behind = self._next.get(product)
        if self._uses[product] != 1 or self._uses[kernel] > 1 or behind is None or behind.op_type != "Add":
            return None
        bias = "".join(one for one in behind.input if one != product)
        value = self.values.get(bias)
        if not isinstance(value, np.ndarray) or value.shape != (units,) or not self.trained(bias):
            return None
        self.merged[behind.output[0]] = product
        return bias

    def layer(self, class_name: str, config: dict[str, Any], weights: Sequence[Any], names: Sequence[str]) -> _Called:
        """What calls a layer with weights; one of the same weights and arguments is the same layer.

        Args:
            class_name: its class.
            config: its arguments.
            weights: its weights, in order.
            names: of the tensors that they are made of.
        """
        key = (class_name, repr(sorted((k, repr(v)) for k, v in config.items() if k != "name")), tuple(names))
        if key in self._shared_layers:
            return self._shared_layers[key]
        made = _Called(layers.deserialize({"class_name": class_name, "config": config}), weights)
        if names:
            self._shared_layers[key] = made
        return made


class _Called:
    """A layer that gets its weights when it is called first.

    Args:
        layer: the layer.
        weights: its weights.
    """

    def __init__(self, layer: Any, weights: Sequence[Any]) -> None:
        self._layer = layer
        self._weights = list(weights)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        found = self._layer(*args, **kwargs)
        if self._weights:
            self._layer.set_weights(self._weights)
            self._weights = []
        return found


def plain(name: str) -> str:
    """A name as a layer may have it; "" where nothing is left.

    Args:
        name: in a graph of ONNX.
    """
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("_.-")[:100]


def captured(graph: onnx.GraphProto) -> list[str]:
    """The names that a graph inside a node takes of those around it.

    Args:
        graph: the graph.
    """
    own = {one.name for one in (*graph.input, *graph.initializer)}
    own.update(name for node in graph.node for name in node.output)
    taken = [name for node in graph.node for name in node.input]
    taken += [name for node in graph.node for inner in graphs_in(node) for name in captured(inner)]
    taken += [one.name for one in graph.output]
    return [name for name in dict.fromkeys(taken) if name and name not in own]
