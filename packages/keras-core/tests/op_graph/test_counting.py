"""Arithmetic operations, counted by hand."""

from __future__ import annotations

import pytest
from keras_conformance import Affine
from keras_core import Input, Sequential, Spec, export_graph, ops
from keras_core.op_graph import arithmetic_of


@pytest.mark.parametrize(
    ("fn", "shapes", "count"),
    [
        (ops.exp, [(4, 5)], 20),
        (ops.transpose, [(4, 5)], 0),
        (lambda x: ops.cast(x, "float64"), [(4, 5)], 0),
        (lambda x: ops.sum(x, 1), [(4, 5)], 20),
        (ops.matmul, [(4, 5), (5, 6)], 2 * 4 * 5 * 6),
        (lambda a, b: ops.einsum("bij,jk->bik", a, b), [(2, 3, 4), (4, 5)], 2 * 2 * 3 * 4 * 5),
        (lambda a, b: ops.einsum("...j, jk -> ...k", a, b), [(2, 3, 4), (4, 5)], 2 * 2 * 3 * 4 * 5),
        (ops.conv, [(1, 8, 8, 3), (3, 3, 3, 4)], 2 * 6 * 6 * 4 * 9 * 3),
        (lambda x, k: ops.conv_transpose(x, k, 2), [(1, 4, 4, 3), (2, 2, 5, 3)], 2 * 4 * 4 * 3 * 2 * 2 * 5),
        (lambda x: ops.max_pool(x, 2), [(1, 4, 4, 3)], 2 * 2 * 3 * 4),
        (lambda x: ops.map(ops.exp, x), [(4, 5)], 20),
        (lambda x: ops.cond(ops.any(x > 0), lambda: ops.exp(ops.exp(x)), lambda: x), [(4, 5)], 20 + 20 + 40),
        (lambda x: ops.while_loop(lambda x: ops.sum(x) < 1, lambda x: x + x, x), [(4, 5)], 20 + 1 + 20),
    ],
)
def test_by_op(fn, shapes, count) -> None:  # type: ignore[no-untyped-def]
    assert export_graph(fn, [Spec(shape) for shape in shapes]).arithmetic() == count


def test_by_layer_for_a_batch() -> None:
    model = Sequential([Input((3,)), Affine(2, name="a"), Affine(1, name="b")], name="net")
    graph = export_graph(model)
    assert arithmetic_of(graph, 10) == {"net/a": 10 * (2 * 3 * 2 + 2), "net/b": 10 * (2 * 2 + 1)}
    assert graph.arithmetic_by_layer(10) == arithmetic_of(graph, 10)
    assert graph.op_counts_by_layer() == {"net/a": {"matmul": 1, "add": 1}, "net/b": {"matmul": 1, "add": 1}}
    assert graph.size == 4
