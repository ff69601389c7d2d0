"""Graphs as text."""

from __future__ import annotations

from keras_conformance import Affine
from keras_core import Input, Sequential, Spec, Variable, export_graph, ops


def test_a_line_for_each_node() -> None:
    v = Variable([1.0, 2.0], name="total")

    def call(x):  # type: ignore[no-untyped-def]
        v.assign(x[1:] * v)
        return ops.concatenate([x, v])

    assert str(export_graph(call, [Spec((3,))])).splitlines() == [
        "graph(%0: float32[3]):",
        "  %1: float32[2] = variable total",
        "  %2: float32[2] = getitem(x=%0, key=1:)",
        "  %3: float32[2] = multiply(x1=%2, x2=%1)",
        "  %4: float32[5] = concatenate(xs=[%0, %3], axis=0)",
        "  variable total = %3",
        "  return %4",
    ]


def test_graphs_inside_are_indented_and_layers_stand_behind() -> None:
    text = str(export_graph(lambda x: ops.map(ops.exp, x), [Spec((None, 2))]))
    assert "    body(%2: float32[2]):\n      %3: float32[2] = exp(x=%2)\n      return %3\n" in text
    model = Sequential([Input((2,)), Affine(1, name="out")], name="net")
    assert all(line.endswith("# net/out") for line in str(export_graph(model)).splitlines() if "matmul" in line)
    constant = export_graph(lambda x: x + [1.0] * 9, [Spec((9,))])
    assert "x2=constant float32[9]" in str(constant)
