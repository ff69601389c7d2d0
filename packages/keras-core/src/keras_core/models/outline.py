"""What a model consists of, for those who list or draw it: its layers and ops, and what is connected to what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from keras_core.graph.keras_tensor import KerasTensor, Node
from keras_core.graph.topology import explicit_inputs
from keras_core.naming import snake_case
from keras_core.training.outputs import unique_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.layers.layer import Layer
    from keras_core.models.model_graph import ModelGraph


class OutlinedModel(Protocol):
    """The members of a model that its outline shows; `keras_core.Model` has them."""

    @property
    def name(self) -> str: ...
    @property
    def layers(self) -> list[Layer]: ...
    @property
    def symbolic_graph(self) -> ModelGraph | None: ...


class Connection(NamedTuple):
    """Where a part gets one of its inputs.

    Attributes:
        source: name of the part that gives it.
        output: which of that part's outputs it is.
        input: which of the inputs it is.
    """

    source: str
    output: int
    input: int


@dataclass(frozen=True)
class Part:
    """A layer or op of a model.

    Attributes:
        name: the layer's name; an op's is its own, with a number where it is taken.
        kind: the class of the layer, or that of the op in Keras 3.
        layer: the layer; None for an op.
        inputs: the tensors that it is given in this model, over all its calls.
        outputs: the tensors that it gives in this model.
        connections: where the inputs come from, each pair of outputs and inputs once; empty where no graph is known.
    """

    name: str
    kind: str
    layer: Layer | None
    inputs: tuple[KerasTensor, ...] = ()
    outputs: tuple[KerasTensor, ...] = ()
    connections: tuple[Connection, ...] = ()

    @property
    def inner(self) -> OutlinedModel | None:
        """What has layers of its own: the layer, if it is a model or like one, or what a wrapper wraps; else None."""
        wrapped = getattr(self.layer, "layer", None)
        return self.layer if _has_layers(self.layer) else wrapped if _has_layers(wrapped) else None


def _has_layers(value: object) -> bool:
    """Whether it has layers as a model has them."""
    layers = getattr(value, "layers", None)
    return isinstance(layers, (list, tuple)) and bool(layers) and all(hasattr(one, "inbound_nodes") for one in layers)


class Outline:
    """The layers and ops of a model, in the order of its graph, and then layers that no call of it needs.

    Args:
        model: a model; the parts of one without a graph have no connections.
        with_inputs: whether layers of inputs that `model.layers` leaves out, as those of a Sequential model, are among
            the parts. Defaults to True.

    Attributes:
        parts: one for each layer and op.
        inputs: names of the parts that stand for the model's inputs; empty without a graph.
        outputs: for each of the model's outputs the name of the part that gives it, and which of its outputs it is.

    Example:
        >>> from keras_core import Input, Model, ops
        >>> from keras_core.models import Outline
        >>> inputs = Input((3,), name="given")
        >>> outline = Outline(Model(inputs, ops.relu(inputs) + inputs))
        >>> [(part.name, part.kind, [one.source for one in part.connections]) for part in outline.parts]
        [('given', 'InputLayer', []), ('relu', 'Relu', ['given']), ('add', 'Add', ['relu', 'given'])]
        >>> outline.inputs, outline.outputs
        (['given'], [('add', 0)])
    """

    def __init__(self, model: OutlinedModel, with_inputs: bool = True) -> None:
        self.inputs: list[str] = []
        self.outputs: list[tuple[str, int]] = []
        graph: ModelGraph | None = getattr(model, "symbolic_graph", None)  # layers that hold others have none
        if graph is None:
            self.parts = [_part_of(layer, layer.inbound_nodes[:1]) for layer in model.layers]
            return
        names = _names(model, graph)
        members = {id(node) for node in (*graph.nodes, *graph.starts.values())}
        self.parts = []
        for item in graph.operations:
            calls = [item] if isinstance(item, Node) else [n for n in _calls(item, graph) if id(n) in members]
            self.parts.append(_part_of(item, calls, names, graph))
        shown, listed = {id(part.layer) for part in self.parts}, set(map(id, model.layers))
        self.parts += [_part_of(layer, []) for layer in model.layers if id(layer) not in shown]
        if not with_inputs:
            self.parts = [part for part in self.parts if part.layer is None or id(part.layer) in listed]
        self.inputs = [_name(graph.starts[id(tensor)], names) for tensor in graph.inputs]
        self.outputs = [(_name(graph.start_of(tensor), names), tensor.node_index) for tensor in graph.outputs]

    def between(self, layer_range: Sequence[str] | None) -> list[Part]:
        """The parts from one to another.

        Args:
            layer_range: names of the first and the last one, or regular expressions that their names begin with; None
                for all.

        Raises:
            ValueError: when `layer_range` names no two of the parts.
        """
        if not layer_range:
            return self.parts
        names = [part.name for part in self.parts]
        if not isinstance(layer_range, (list, tuple)) or not all(isinstance(end, str) for end in layer_range):
            raise ValueError(f"layer_range takes the names of two layers of {', '.join(names)}; got {layer_range!r}.")
        places = [
            [i for i, name in enumerate(names) if name == end]
            or [i for i, name in enumerate(names) if re.match(end, name)]
            for end in layer_range
        ]
        if not all(places) or len(layer_range) != 2:
            raise ValueError(f"layer_range takes the names of two layers of {', '.join(names)}; got {layer_range!r}.")
        start, end = sorted((places[0][0], places[1][-1]))
        return self.parts[start : end + 1]


def _calls(layer: Layer, graph: ModelGraph) -> list[Node]:
    """The calls of a layer; for an input of the graph that was computed elsewhere, the node that stands for it."""
    starts = [node for node in graph.starts.values() if node.operation is layer]
    return starts or layer.inbound_nodes


def _part_of(
    item: Any, calls: Sequence[Node], names: dict[int, str] | None = None, graph: ModelGraph | None = None
) -> Part:
    is_op = isinstance(item, Node)
    name = names[id(item)] if is_op and names else item.name
    kind = "".join(part.capitalize() for part in name.split("_") if not part.isdigit()) if is_op else None
    inputs: list[KerasTensor] = []
    connections: dict[Connection, None] = {}
    for call in calls:
        given = explicit_inputs(call)
        inputs += given
        for index, tensor in enumerate(given):
            source = graph.start_of(tensor) if graph is not None else None
            if source is not None and names is not None:
                connections[Connection(_name(source, names), tensor.node_index, index)] = None
    return Part(
        name,
        kind or type(item).__name__,
        None if is_op else item,
        tuple(inputs),
        tuple(tensor for call in calls for tensor in call.flat_outputs),
        tuple(connections),
    )


def _name(node: Node | None, names: dict[int, str]) -> str:
    operation = None if node is None else node.operation
    return str(names.get(id(node)) or getattr(operation, "name", None) or getattr(operation, "__name__", "?"))


def _names(model: OutlinedModel, graph: ModelGraph) -> dict[int, str]:
    """A name for each op of the graph, by the id of its node: that of the op, with a number where it is taken."""
    found: dict[int, str] = {}
    taken = {layer.name for layer in model.layers}
    for item in graph.operations:
        if isinstance(item, Node):
            base = getattr(item.operation, "__name__", None) or type(item.operation).__name__
            found[id(item)] = unique_name(snake_case(base), taken)
            taken.add(found[id(item)])
    return found
