"""Graphs of pydot."""

from __future__ import annotations

import sys

import pytest
from keras_visualization import model_to_dot
from pictured_models import branched, nested

pydot = pytest.importorskip("pydot")


def test_nodes_and_edges() -> None:
    graph = model_to_dot(branched(), show_shapes=True, rankdir="LR", dpi=96)
    assert isinstance(graph, pydot.Dot)
    assert graph.get("rankdir") == "LR" and graph.get("dpi") == "96" and graph.get("splines") == "ortho"
    labels = {node.get_name(): node.get("label") for node in graph.get_nodes() if node.get_name().startswith("model")}
    ends = {(e.get_source(), e.get_destination()) for e in graph.get_edges()}
    assert len(labels) == 8 and len(ends) == 7
    (conv,) = [name for name, label in labels.items() if "conv (Conv2D)" in label]
    (mean,) = [name for name, label in labels.items() if "mean (" in label]
    assert (conv, mean) in ends
    assert "(None, 6, 6, 4)" in labels[conv]


def test_models_inside_are_clusters() -> None:
    graph = model_to_dot(nested(), expand_nested=True)
    clusters = graph.get_subgraphs()
    assert [one.get("label") for one in clusters] == ['"encoder (Functional)"', '"head (Sequential)"']
    assert [len(one.get_nodes()) for one in clusters] == [3, 2]
    assert len(graph.get_edges()) == 8


def test_as_a_part_of_another_graph() -> None:
    part = model_to_dot(branched(), subgraph=True)
    assert isinstance(part, pydot.Cluster) and part.get("label") == '"branched (Functional)"'
    whole = pydot.Dot()
    whole.add_subgraph(part)
    assert "joined (Concatenate)" in whole.to_string()


def test_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        ValueError, match=r"model_to_dot\(\): model must be a model or a graph of export_graph\(\), got str 'model'"
    ):
        model_to_dot("model")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"model_to_dot\(\): rankdir must be .*'UP'"):
        model_to_dot(branched(), rankdir="UP")  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "pydot", None)
    with pytest.raises(ImportError, match=r"model_to_dot\(\) needs pydot, which is not installed: pip install pydot"):
        model_to_dot(branched())
