"""Values, nodes and graphs."""

from __future__ import annotations

import numpy as np
import pytest
from keras_core import Spec, export_graph, ops
from keras_core.op_graph import GraphNode, GraphValue, OpGraph, Recorder


def test_values_of_constants_are_known_and_those_of_others_are_not() -> None:
    constant = GraphValue(Spec((), "int32"), np.array(3, "int32"))
    assert (int(constant), float(constant), bool(constant), [4, 5, 6, 7][constant]) == (3, 3.0, True, 7)
    for ask in (bool, int, float, np.asarray):
        with pytest.raises(TypeError, match="stands for a tensor"):
            ask(GraphValue(Spec((), "int32")))


def test_what_a_graph_takes_from_around_it() -> None:
    outer, given, constant = GraphValue(Spec((2,))), GraphValue(Spec((2,))), GraphValue(Spec(()), np.array(1.0))
    result = GraphValue(Spec((2,)))
    inner = OpGraph([given], [GraphNode("add", {"x1": given, "x2": outer, "x3": constant}, [result], "")], [result])
    node = GraphNode("scan", {"body": inner, "xs": [given]}, [], "")
    assert inner.captured == [outer] and node.operands == [given, outer]
    assert [n.op for n in OpGraph([given, outer], [node], []).walk()] == ["scan", "add"] and result.node is inner.nodes[
        0
    ]


def test_nodes_that_no_result_needs_are_left_out() -> None:
    graph = export_graph(lambda x: (ops.exp(x), ops.sqrt(ops.abs(x)))[1], [Spec((2,))])
    assert [node.op for node in graph.nodes] == ["exp", "abs", "sqrt"]
    assert [node.op for node in graph.needed] == ["abs", "sqrt"]


def test_a_recorder_keeps_specs() -> None:
    recorder = Recorder()
    assert recorder.abstract(lambda x: [recorder.ops["exp"](x)], [Spec((None, 2))]) == [Spec((None, 2))]
    assert recorder.nodes == [] and recorder.dtype(recorder.tensor(1.5, "float16")) == "float16"
    assert ops.exp.op.name in recorder.ops and "softmax" not in recorder.ops  # type: ignore[attr-defined]
