"""The table that Model.summary prints."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Protocol

from keras_core.graph.nested import map_nested
from keras_core.models.outline import Outline, OutlinedModel, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keras_core.layers.layer import Layer
    from keras_core.optimizers.optimizer import Optimizer
    from keras_core.staging.variable import Variable


class SummarizedModel(OutlinedModel, Protocol):
    """The members of a model that its summary shows; `keras_core.Model` has them."""

    @property
    def trainable_weights(self) -> list[Variable]: ...
    @property
    def non_trainable_weights(self) -> list[Variable]: ...
    @property
    def optimizer(self) -> Optimizer | None: ...


def summary_lines(
    model: SummarizedModel,
    line_length: int | None,
    positions: Sequence[float] | None,
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
    for row in _rows(Outline(model, with_inputs=False).between(layer_range), expand_nested):
        table.add_row(*(row[heading] for heading in headings))
    out = io.StringIO()
    width = max(length, 120 if line_length is None else 0)
    console = Console(file=out, width=width, color_system=None, force_terminal=False, legacy_windows=False)
    console.print(f'Model: "{model.name}"', markup=False, highlight=False)
    console.print(table, markup=False)
    return [line.rstrip() for line in out.getvalue().splitlines()] + _totals(model)


def _widths(positions: Sequence[float] | None, length: int, count: int) -> list[int | None]:
    """What the columns hold without a line and a space on each side, or None for as much as there is room for."""
    if not positions:
        return [None] * count
    ends = [p * length if p <= 1 else p for p in positions][:count]
    widths = [max(1, int(end) - int(start) - 3) for start, end in zip([1.0, *ends], ends, strict=False)]
    return [*widths, *([None] * (count - len(widths)))]


def _rows(parts: list[Part], expand: bool, depth: int = 0) -> Iterator[dict[str, str]]:
    """What the columns hold, by their headings, for parts of a model and, if asked for, of models inside."""
    for part in parts:
        layer = part.layer
        yield {
            "Layer (type)": f"{'  ' * depth}{part.name} ({part.kind})",
            "Output Shape": _shapes_in(part.outputs) if layer is None else _shape(layer),
            "Param #": "0" if layer is None else _count(layer),
            "Connected to": ", ".join(dict.fromkeys(one.source for one in part.connections)) or "-",
            "Trainable": "-" if layer is None else "Y" if layer.trainable else "N",
        }
        if expand and part.inner is not None:
            yield from _rows(Outline(part.inner, with_inputs=False).parts, expand, depth + 1)


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


def _totals(model: SummarizedModel) -> list[str]:
    trainable, other = model.trainable_weights, model.non_trainable_weights
    optimizer = model.optimizer
    of_optimizer = optimizer.variables if optimizer is not None and optimizer.built else []
    lines = [
        f" Total params: {_size([*trainable, *other, *of_optimizer])}",
        f" Trainable params: {_size(trainable)}",
        f" Non-trainable params: {_size(other)}",
    ]
    if of_optimizer:
        lines.append(f" Optimizer params: {_size(of_optimizer)}")
    return lines


def _size(variables: list[Variable]) -> str:
    count = sum(v.size for v in variables)
    nbytes: float = sum(v.nbytes for v in variables)
    for unit in ("B", "KB", "MB", "GB"):
        if nbytes < 1024 or unit == "GB":
            break
        nbytes /= 1024
    return f"{count:,} ({nbytes:.2f} {unit})"
