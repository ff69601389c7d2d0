"""Boxes, groups and arrows of graphs of ops."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from keras_core import Input, Model, OpGraph, Sequential, export_graph, ops
from keras_layers import GRU, Dense
from keras_visualization import model_to_dot, plot_model
from keras_visualization.models.diagram import Box, Group, Shown
from keras_visualization.models.op_diagram import diagram_of_ops

if TYPE_CHECKING:
    from pathlib import Path


def graph() -> OpGraph:
    given = Input((6,), name="given")
    inner = Sequential([Input((6,)), Dense(4, activation="relu", name="a")], name="inner")
    for weight in inner.weights:
        weight.trainable = False
    return export_graph(Model(given, Dense(2, name="head")(inner(given)), name="both"))


def test_ops_and_what_they_read() -> None:
    diagram = diagram_of_ops(graph(), Shown(layer_names=True, trainable=True))
    boxes = list(diagram.root.boxes())
    assert [box.title for box in boxes] == ["Input", "matmul", "add", "relu", "matmul", "add"]
    assert [box.role for box in boxes] == ["input", "frozen", "frozen", "op", "weights", "weights"]
    assert dict(boxes[1].rows) == {"Layer": "both/inner/a", "Variable": "inner/a/kernel", "Trainable": "no"}
    assert diagram.arrows == tuple((one.key, other.key) for one, other in pairwise(boxes))


def test_layers_are_frames() -> None:
    def tree(group: Group) -> list[object]:
        return [one.title if isinstance(one, Box) else {one.title: tree(one)} for one in group.members]

    assert tree(diagram_of_ops(graph(), Shown(expand_nested=True)).root) == [
        "Input",
        {"both": [{"inner": [{"a": ["matmul", "add", "relu"]}]}, {"head": ["matmul", "add"]}]},
    ]


def test_graphs_inside_and_assignments() -> None:
    given = Input((5, 3))
    boxes = diagram_of_ops(export_graph(Model(given, GRU(2, name="g")(given))), Shown()).root.boxes()
    (scan,) = [box.rows for box in boxes if box.title == "scan"]
    assert ("Variable", "g/gru_cell/recurrent_kernel") in scan and dict(scan)["Body"].endswith(" ops")

    layer = Dense(1, name="d")
    layer.build((None, 3))

    def count(x: object) -> object:
        layer.bias.assign(layer.bias + 1.0)
        return ops.exp(x)

    boxes = diagram_of_ops(export_graph(count, [Input((3,))]), Shown()).root.boxes()
    (add,) = [box for box in boxes if box.title == "add"]
    assert dict(add.rows) == {"Variable": "d/bias", "Assigned to": "d/bias"}


def test_in_files_and_refused(tmp_path: Path) -> None:
    plot_model(graph(), tmp_path / "ops.mmd", expand_nested=True)
    text = (tmp_path / "ops.mmd").read_text()
    assert text.count("subgraph") == 4 and "inner/a/kernel" in text
    assert len(model_to_dot(graph()).get_edges()) == 5
    with pytest.raises(ValueError, match="layer_range is for models, got"):
        plot_model(graph(), tmp_path / "ops.svg", layer_range=["a", "b"])
    with pytest.raises(ValueError, match=r"must be a model or a graph of export_graph\(\), got ndarray"):
        plot_model(np.ones(3), tmp_path / "ops.svg")  # type: ignore[arg-type]
