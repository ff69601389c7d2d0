"""Models as graphs of pydot, for those who go on with Graphviz."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Literal

from keras_core import Model, OpGraph
from keras_core.argument_checks import checked

from keras_visualization.libraries import pydot
from keras_visualization.models.diagram import Group, Shown, diagram_of
from keras_visualization.models.op_diagram import diagram_of_ops

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_visualization.models.diagram import Box, Diagram


@checked
def model_to_dot(
    model: Model | OpGraph,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: Literal["TB", "BT", "LR", "RL"] = "TB",
    expand_nested: bool = False,
    dpi: float = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str | bool = "ortho",
    layer_range: Sequence[str] | None = None,
) -> Any:
    """A model, or a graph of ops, as a graph of pydot.

    The order of arguments is that of Keras 3; Keras 2 has no `show_dtype`.

    Args:
        model: the model, or what `export_graph` gave, as for `plot_model`.
        show_shapes: whether shapes of inputs and outputs are shown. Defaults to False.
        show_dtype: whether the dtype of outputs is. Defaults to False.
        show_layer_names: whether names of layers are, besides their classes. Defaults to True.
        rankdir: where arrows run: "TB" from top to bottom, "BT", "LR" from left to right, or "RL". Defaults to "TB".
        expand_nested: whether models inside are clusters of their own layers. Defaults to False.
        dpi: pixels of an inch, for Graphviz. Defaults to 200.
        subgraph: whether to return a cluster that can be put into another graph. Defaults to False.
        show_layer_activations: whether activations of layers are shown. Defaults to False.
        show_trainable: whether it is shown which layers are trained. Defaults to False.
        splines: how arrows run, in Graphviz's words. Defaults to "ortho".
        layer_range: names of the first and the last layer to show, or regular expressions that their names begin with.
            Defaults to None.

    Returns:
        A `pydot.Dot`, or a `pydot.Cluster` if `subgraph`.

    Raises:
        ImportError: where pydot is not installed.
        ValueError: for an argument of the wrong kind, or layers that the model does not have.

    Example:
        >>> from keras_core import Input, Model, ops
        >>> from keras_visualization import model_to_dot
        >>> inputs = Input((3,), name="given")
        >>> graph = model_to_dot(Model(inputs, ops.relu(inputs)))
        >>> [(edge.get_source(), edge.get_destination()) for edge in graph.get_edges()]
        [('model_0', 'model_1')]
    """
    shown = Shown(
        show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable, expand_nested, layer_range
    )
    diagram = diagram_for(model, shown, "model_to_dot()")
    return dot_of(diagram, rankdir, dpi, splines, subgraph, "model_to_dot()")


def diagram_for(value: object, shown: Shown, who: str) -> Diagram:
    """The diagram of the argument `model`.

    Args:
        value: what was given.
        shown: what is shown.
        who: the function that it was given to.

    Raises:
        ValueError: if it is neither a model nor a graph of ops, or has no such layers as `shown.layer_range` names.
    """
    if isinstance(value, Model):
        return diagram_of(value, shown)
    if not isinstance(value, OpGraph):
        raise ValueError(
            f"{who}: model must be a model or a graph of export_graph(), got {type(value).__name__} {value!r:.80}."
        )
    if shown.layer_range is not None:
        raise ValueError(f"{who}: layer_range is for models, got {shown.layer_range!r} with a graph of ops.")
    return diagram_of_ops(value, shown)


def dot_of(diagram: Diagram, rankdir: str, dpi: float, splines: str | bool, subgraph: bool, who: str) -> Any:
    """A diagram as a graph of pydot.

    Args:
        diagram: the diagram.
        rankdir: as in `model_to_dot`.
        dpi: as there.
        splines: as there.
        subgraph: as there.
        who: the function that needs it, for messages.
    """
    library = pydot(who)
    if subgraph:
        graph = library.Cluster(graph_name=diagram.root.key, label=_quoted(diagram.root.title), style="dashed")
    else:
        graph = library.Dot(graph_type="digraph", concentrate="true")
        graph.set("dpi", str(dpi))
        graph.set("rankdir", rankdir)
        graph.set("splines", str(splines).lower())
    graph.set_node_defaults(shape="box", fontname="Helvetica")
    _add_members(graph, diagram.root, library)
    for start, end in diagram.arrows:
        graph.add_edge(library.Edge(_id(start), _id(end)))
    return graph


def _add_members(graph: Any, group: Group, library: Any) -> None:
    for member in group.members:
        if isinstance(member, Group):
            cluster = library.Cluster(graph_name=_id(member.key), label=_quoted(member.title), style="rounded")
            _add_members(cluster, member, library)
            graph.add_subgraph(cluster)
        else:
            graph.add_node(library.Node(_id(member.key), label=_label(member)))


def _id(key: str) -> str:
    return key.replace(".", "_")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _label(box: Box) -> str:
    rows = "".join(
        f'<tr><td align="left">{escape(name)}</td><td align="left">{escape(value)}</td></tr>'
        for name, value in box.rows
    )
    title = f'<tr><td colspan="2"><b>{escape(box.title)}</b></td></tr>'
    return f'<<table border="0" cellborder="0" cellpadding="2">{title}{rows}</table>>'
