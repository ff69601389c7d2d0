"""What a diagram of a model shows: boxes, groups of boxes, and arrows; without any places yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from keras_core.models import Outline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keras_core import KerasTensor, Layer, Model
    from keras_core.models import Part
    from keras_core.op_graph import GraphValue


@dataclass(frozen=True)
class Shown:
    """What of each layer is shown.

    Attributes:
        shapes, dtype, layer_names, activations, trainable: as the arguments of `plot_model` that begin with `show_`.
        expand_nested: whether models inside are groups of their own layers.
        layer_range: the first and the last layer to show.
    """

    shapes: bool = False
    dtype: bool = False
    layer_names: bool = False
    activations: bool = False
    trainable: bool = False
    expand_nested: bool = False
    layer_range: Sequence[str] | None = None


@dataclass(frozen=True, eq=False)
class Box:
    """A layer or op.

    Attributes:
        key: tells it from all others of the diagram.
        title: class, and name where that is shown.
        rows: what is shown of it: names and values.
        role: "input", "weights", "frozen", "model", "op" or "layer"; what colours follow.
        tooltip: name and class, whatever is shown.
    """

    key: str
    title: str
    rows: tuple[tuple[str, str], ...]
    role: str
    tooltip: str


@dataclass(eq=False)
class Group:
    """A model whose layers are shown.

    Attributes:
        key: tells it from all others of the diagram.
        title: name and class.
        members: boxes and groups, in the order of the model.
        entries: for each of the model's inputs the key of the box that it goes to, where one is shown.
        exits: for each of its outputs the key of the box that gives it, where one is shown.
    """

    key: str
    title: str
    members: list[Box | Group] = field(default_factory=list)
    entries: list[str | None] = field(default_factory=list)
    exits: list[str | None] = field(default_factory=list)

    def boxes(self) -> Iterator[Box]:
        """All boxes, those of groups inside too."""
        for member in self.members:
            if isinstance(member, Group):
                yield from member.boxes()
            else:
                yield member


@dataclass(frozen=True)
class Diagram:
    """A model as boxes and arrows.

    Attributes:
        root: the model, whose members are shown without a frame.
        arrows: pairs of keys of boxes, each once.
    """

    root: Group
    arrows: tuple[tuple[str, str], ...]


def diagram_of(model: Model, shown: Shown) -> Diagram:
    """The diagram of a model.

    Args:
        model: a model. One that has no graph, since its class defines `call`, is one box; with `expand_nested` a group
            of its layers, without arrows.
        shown: what is shown.

    Raises:
        ValueError: when `shown.layer_range` names layers that the model does not have.
    """
    arrows: dict[tuple[str, str], None] = {}
    if model.symbolic_graph is None and not _is_stack(model) and not shown.expand_nested:
        root = Group("model", f"{model.name} ({type(model).__name__})")
        root.members.append(_box_of_layer("model.0", model, model.inbound_nodes, shown))
    else:
        root = _group(model, "model", shown, shown.layer_range, arrows)
    return Diagram(root, tuple(arrows))


def _is_stack(model: Model) -> bool:
    return hasattr(model, "pop") and hasattr(model, "add")


def _group(
    model: Any, key: str, shown: Shown, layer_range: Sequence[str] | None, arrows: dict[tuple[str, str], None]
) -> Group:
    """The layers of a model, or of a layer that holds others; what is connected is put into `arrows`."""
    outline = Outline(model)
    group = Group(key, f"{model.name} ({type(model).__name__})")
    members: dict[str, Box | Group] = {}
    parts = outline.between(layer_range)
    for number, part in enumerate(parts):
        inner = part.inner if shown.expand_nested else None
        own = f"{key}.{number}"
        if inner is None:
            members[part.name] = _box(own, part, shown)
        else:
            members[part.name] = _group(inner, own, shown, None, arrows)
    group.members = list(members.values())
    for part in parts:
        for source, output, place in part.connections:
            if source in members:
                start, end = _exit(members[source], output), _entry(members[part.name], place)
                if start is not None and end is not None:
                    arrows[start, end] = None
    if getattr(model, "symbolic_graph", None) is None and _is_stack(model):
        for first, second in zip(group.members, group.members[1:], strict=False):
            start, end = _exit(first, 0), _entry(second, 0)
            if start is not None and end is not None:
                arrows[start, end] = None
        group.entries = [_entry(group.members[0], 0)] if group.members else []
        group.exits = [_exit(group.members[-1], 0)] if group.members else []
    else:
        group.entries = [_entry(members[name], 0) if name in members else None for name in outline.inputs]
        group.exits = [_exit(members[name], place) if name in members else None for name, place in outline.outputs]
    return group


def _entry(member: Box | Group, place: int) -> str | None:
    """The box that an input of a member goes to; where no graph says which, the first one."""
    if isinstance(member, Box):
        return member.key
    if not member.entries:
        return next((box.key for box in member.boxes()), None)
    return member.entries[place if place < len(member.entries) else 0]


def _exit(member: Box | Group, place: int) -> str | None:
    """The box that gives an output of a member; where no graph says which, the last one."""
    if isinstance(member, Box):
        return member.key
    if not member.exits:
        return next((box.key for box in reversed(list(member.boxes()))), None)
    return member.exits[place if place < len(member.exits) else 0]


def _title(name: str, kind: str, shown: Shown) -> str:
    return f"{name} ({kind})" if shown.layer_names else kind


def _box(key: str, part: Part, shown: Shown) -> Box:
    if part.layer is not None:
        return _box_of_layer(key, part.layer, (), shown, part)
    rows = [*tensor_rows(part.inputs, part.outputs, shown)]
    return Box(key, _title(part.name, part.kind, shown), tuple(rows), "op", f"{part.name} ({part.kind})")


def _box_of_layer(key: str, layer: Layer, calls: Sequence[Any], shown: Shown, part: Part | None = None) -> Box:
    kind, inner = type(layer).__name__, getattr(layer, "layer", None)
    if hasattr(inner, "get_config") and hasattr(inner, "name"):  # a wrapper: Bidirectional(LSTM)
        kind = f"{kind}({type(inner).__name__})"
    inputs = part.inputs if part is not None else tuple(t for call in calls for t in call.input_tensors)
    outputs = part.outputs if part is not None else tuple(t for call in calls for t in call.output_tensors)
    rows = list(tensor_rows(inputs, outputs, shown))
    activation = getattr(layer, "activation", None) or getattr(inner, "activation", None)
    if shown.activations and activation is not None:
        rows.append(("Activation", str(getattr(activation, "__name__", None) or type(activation).__name__)))
    if shown.trainable:
        rows.append(("Trainable", "yes" if layer.trainable else "no"))
    return Box(key, _title(layer.name, kind, shown), tuple(rows), _role(layer), f"{layer.name} ({kind})")


def _role(layer: Layer) -> str:
    if type(layer).__name__ == "InputLayer":
        return "input"
    if hasattr(layer, "symbolic_graph"):
        return "model"
    if not layer.weights:
        return "layer"
    return "weights" if layer.trainable_weights else "frozen"


def tensor_rows(
    inputs: Sequence[KerasTensor | GraphValue], outputs: Sequence[KerasTensor | GraphValue], shown: Shown
) -> Iterator[tuple[str, str]]:
    """What is shown of the tensors of a layer or op.

    Args:
        inputs: what it takes.
        outputs: what it gives.
        shown: what is shown.
    """
    if shown.shapes:
        if inputs:
            yield "Input shape", _each(inputs, "shape")
        yield "Output shape", _each(outputs, "shape")
    if shown.dtype:
        yield "Output dtype", _each(outputs, "dtype")


def _each(tensors: Sequence[KerasTensor | GraphValue], what: str) -> str:
    """An attribute of tensors, each value once; a question mark where there are none, as nothing is built."""
    return ", ".join(dict.fromkeys(str(getattr(tensor, what)) for tensor in tensors)) or "?"
