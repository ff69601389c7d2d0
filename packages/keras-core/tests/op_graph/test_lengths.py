"""Programs written for axes of any length: their lengths are numbers, or symbols, instead of tensors."""

import numpy as np
from keras_core import Spec, export_graph, ops
from keras_core.op_graph import evaluate


def test_lengths_and_their_arithmetic_are_the_caller_s():
    asked = []

    def length(x, axis):
        asked.append(axis)
        return x.shape[axis]

    def fn(x):
        rows = ops.shape(x)[0]
        return ops.reshape(x, ((rows * 2 - 1) // 2 * 2 + 2 - rows % 1, -1))

    x = np.arange(12.0, dtype="float32").reshape(2, 6)
    (found,) = evaluate(export_graph(fn, [Spec((None, 6))]), [x], {}, length)
    assert tuple(found.shape) == (4, 3) and set(asked) == {0}


def test_what_no_result_needs_is_left_out():
    graph = export_graph(lambda x: (ops.zeros(ops.shape(x)), ops.exp(x))[1], [Spec((None,))])
    asked = []
    evaluate(graph, [np.ones(2, "float32")], {}, lambda x, axis: asked.append(axis))
    assert not asked


def test_lengths_in_loops():
    def fn(x):
        rows = ops.shape(x)[1]
        return ops.scan(lambda c, r: (c + ops.sum(ops.zeros((rows,)) + r), c), ops.zeros(()), x)[0]

    x = np.ones((3, 2), "float32")
    (found,) = evaluate(export_graph(fn, [Spec((None, None))]), [x], {}, lambda x, axis: int(x.shape[axis]))
    assert float(found) == 6


def test_lengths_that_ops_compute_with_are_tensors():
    class Symbol(int):
        pass

    made = []

    def as_tensor(length, dtype):
        assert isinstance(length, Symbol)
        made.append(dtype)
        return ops.convert_to_tensor(int(length), dtype)

    def fn(x):
        rows = ops.shape(x)[0]
        half = ops.cast(rows, "float32") * 0.5  # no length: 0.5 is none
        return ops.sum(x, 0) / half + ops.cond(ops.sum(x) > 0, lambda n: n, lambda n: -n, rows)

    x = np.arange(12.0, dtype="float32").reshape(3, 4)
    graph = export_graph(fn, [Spec((None, 4))])
    (found,) = evaluate(graph, [x], {}, lambda x, axis: Symbol(x.shape[axis]), as_tensor)
    np.testing.assert_allclose(found, x.sum(0) / 1.5 + 3)
    assert set(made) == {"int32"}
