"""The table that Model.summary prints."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Protocol

from keras_core import dtypes
from keras_core.graph.keras_tensor import Node
from keras_core.graph.nested import map_nested
from keras_core.graph.topology import explicit_inputs
from keras_core.naming import snake_case
from keras_core.training.outputs import unique_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.layers.layer import Layer
    from keras_core.models.model_graph import ModelGraph
    from keras_core.optimizers.optimizer import Optimizer
    from keras_core.staging.variable import Variable


class SummarizedModel(Protocol):
    """The members of a model that its summary shows; `keras_core.Model` has them."""

    @property
    def name(self) -> str: ...
    @property
    def layers(self) -> list[Layer]: ...
    @property
    def symbolic_graph(self) -> ModelGraph | None: ...
    @property
    def trainable_weights(self) -> list[Variable]: ...
    @property
    def non_trainable_weights(self) -> list[Variable]: ...
    @property
    def optimizer(self) -> Optimizer | None: ...


def summary_lines(
    model: SummarizedModel,
    line_length: int | None,
    positions: list[float] | None,
    expand_nested: bool,
    show_trainable: bool,
    layer_range: list[str] | None,
) -> list[str]:
    """The lines of the summary; arguments as in `Model.summary`.

    Raises:
        ValueError: when `layer_range` names a layer that the model does not have.
    """
    from rich.console import Console
    from rich.table import Table

    linked = _is_branched(model)
    headings = ["Layer (type)", "Output Shape", "Param #"]
    headings += ["Connected to"] if linked else []
    headings += ["Trainable"] if show_trainable else []
    length = line_length or (98 if linked else 72)
    table = Table(show_lines=False, width=length if line_length or positions else None)
    for heading, width in zip(headings, _widths(positions, length, len(headings)), strict=True):
        table.add_column(heading, justify="right" if heading == "Param #" else "left", width=width, overflow="fold")
    for row in _rows(model, _chosen(model, layer_range), expand_nested):
        table.add_row(*(row[heading] for heading in headings))
    out = io.StringIO()
    width = max(length, 120 if line_length is None else 0)
    console = Console(file=out, width=width, color_system=None, force_terminal=False, legacy_windows=False)
    console.print(f'Model: "{model.name}"', markup=False, highlight=False)
    console.print(table, markup=False)
    return [line.rstrip() for line in out.getvalue().splitlines()] + _totals(model)


def _widths(positions: list[float] | None, length: int, count: int) -> list[int | None]:
    """What the columns hold without a line and a space on each side, or None for as much as there is room for."""
    if not positions:
        return [None] * count
    ends = [p * length if p <= 1 else p for p in positions][:count]
    widths = [max(1, int(end) - int(start) - 3) for start, end in zip([1.0, *ends], ends, strict=False)]
    return [*widths, *([None] * (count - len(widths)))]


def _rows(model: SummarizedModel, items: list[Any], expand: bool, depth: int = 0) -> Iterator[dict[str, str]]:
    """What the columns hold, by their headings, for layers and ops of a model and, if asked for, of models inside."""
    names = _names(model)
    for item in items:
        is_op = isinstance(item, Node)
        name = names[id(item)] if is_op else item.name
        yield {
            "Layer (type)": f"{'  ' * depth}{name} ({_camel(name) if is_op else type(item).__name__})",
            "Output Shape": _shapes_in(item.outputs) if is_op else _shape(item),
            "Param #": "0" if is_op else _count(item),
            "Connected to": _sources(item, model, names),
            "Trainable": "-" if is_op else "Y" if item.trainable else "N",
        }
        if expand and hasattr(item, "layers"):
            yield from _rows(item, _items(item), expand, depth + 1)


def _names(model: SummarizedModel) -> dict[int, str]:
    """A name for each op of the graph, by the id of its node: that of the op, with a number where it is taken."""
    found: dict[int, str] = {}
    graph = getattr(model, "symbolic_graph", None)
    if graph is not None:
        taken = {layer.name for layer in model.layers}
        for item in graph.operations:
            if isinstance(item, Node):
                base = getattr(item.operation, "__name__", None) or type(item.operation).__name__
                found[id(item)] = unique_name(snake_case(base), taken)
                taken.add(found[id(item)])
    return found


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_") if not part.isdigit())


def _items(model: SummarizedModel) -> list[Any]:
    """The layers of a model, and the ops of its graph where it has some, in the graph's order."""
    layers: list[Any] = list(model.layers)
    graph = getattr(model, "symbolic_graph", None)
    if graph is None or not _has_ops(graph.operations):
        return layers
    listed = set(map(id, layers))
    inner = [one for one in graph.operations if isinstance(one, Node) or id(one) in listed]
    return inner + [one for one in layers if id(one) not in set(map(id, inner))]


def _chosen(model: SummarizedModel, layer_range: list[str] | None) -> list[Any]:
    """The items from one to another, which are named, or matched by regular expressions."""
    items = _items(model)
    if not layer_range:
        return items
    ops_names = _names(model)
    names = [ops_names.get(id(item)) or item.name for item in items]
    places = [
        [i for i, name in enumerate(names) if name == wanted] or [i for i, n in enumerate(names) if re.match(wanted, n)]
        for wanted in layer_range
    ]
    if not all(places) or len(layer_range) != 2:
        raise ValueError(f"layer_range takes the names of two layers of {', '.join(names)}; got {layer_range!r}.")
    start, end = sorted((places[0][0], places[1][-1]))
    return items[start : end + 1]


def _has_ops(items: list[Any]) -> bool:
    return any(isinstance(one, Node) for one in items)


def _is_branched(model: SummarizedModel) -> bool:
    function = model.symbolic_graph
    if function is None:
        return False
    return any(len(nodes) > 1 for nodes in function.nodes_by_depth.values()) or any(
        len(n.parents) > 1 for n in function.nodes
    )


def _shape(layer: Layer) -> str:
    function = getattr(layer, "symbolic_graph", None)
    if layer.inbound_nodes:
        outputs = layer.inbound_nodes[0].outputs
    elif function is not None:
        outputs = function.outputs_structure
    else:
        return "?" if not layer.built else "multiple"
    return _shapes_in(outputs)


def _shapes_in(outputs: Any) -> str:
    shapes: list[Any] = []
    map_nested(lambda leaf: shapes.append(str(tuple(leaf.shape))) if hasattr(leaf, "shape") else None, outputs)
    return ", ".join(shapes)


def _count(layer: Layer) -> str:
    return f"{layer.count_params():,}" if layer.built else "0 (unbuilt)"


def _sources(item: Layer | Node, model: SummarizedModel, op_names: dict[int, str]) -> str:
    graph = getattr(model, "symbolic_graph", None)
    if graph is None:
        return "-"
    members = {id(n) for n in graph.nodes}
    names: list[str] = []
    for node in [item] if isinstance(item, Node) else item.inbound_nodes:
        if id(node) not in members:
            continue
        for tensor in explicit_inputs(node):
            source = graph.start_of(tensor)
            if source is not None:
                name = op_names.get(id(source)) or getattr(source.operation, "name", None)
                names.append(str(name or getattr(source.operation, "__name__", "?")))
    return ", ".join(dict.fromkeys(names)) or "-"


def _totals(model: SummarizedModel) -> list[str]:
    trainable, other = model.trainable_weights, model.non_trainable_weights
    lines = [
        f" Total params: {_size([*trainable, *other])}",
        f" Trainable params: {_size(trainable)}",
        f" Non-trainable params: {_size(other)}",
    ]
    optimizer = model.optimizer
    if optimizer is not None and optimizer.built:
        lines.append(f" Optimizer params: {_size(optimizer.variables)}")
    return lines


def _size(variables: list[Variable]) -> str:
    count = sum(v.size for v in variables)
    nbytes: float = sum(v.size * dtypes.itemsize(v.dtype) for v in variables)
    for unit in ("B", "KB", "MB", "GB"):
        if nbytes < 1024 or unit == "GB":
            break
        nbytes /= 1024
    return f"{count:,} ({nbytes:.2f} {unit})"
