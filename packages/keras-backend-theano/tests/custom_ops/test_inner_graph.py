"""Bodies of control flow: what they capture, and their carried state."""

import numpy as np
import pytensor.tensor as pt
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.custom_ops.inner_graph import InnerGraph, captured, closure_convert, stable_carry

ONE = np.float32(1)


def test_an_inner_graph_is_a_function_and_can_be_applied():
    x = pt.scalar(dtype="float32")
    graph, other = InnerGraph([x], [x + 1, x]), pt.scalar(dtype="float32")
    assert [float(value) for value in graph(ONE)] == [2, 1]
    outputs = graph.applied_to([other * 3])
    assert [float(value) for value in compile_graph([other], outputs)(ONE)] == [4, 3]


def test_captured_is_what_lies_outside():
    x = pt.tensor(dtype="float32", shape=(3,))
    outside = pt.exp(x)
    inside = pt.sin(outside)
    assert captured([outside], [inside + x, inside + outside]) == [x]
    assert captured([x], [inside + np.ones(3, "float32")]) == []
    assert captured([outside], [x]) == [x]


def test_a_captured_scalar_index_is_taken_as_what_it_is_made_of():
    """A slice holds scalars of another kind, which cannot be inputs."""
    xs, k = pt.vector(dtype="float32"), pt.scalar(dtype="int64")
    stop = k + 1
    assert captured([xs], [xs[:stop]]) == [stop]


def test_closure_convert_turns_captured_variables_into_inputs():
    x, w = pt.scalar(dtype="float32"), pt.scalar(dtype="float32")
    scale = w * 2
    graph, outside = closure_convert([x], [x * scale])
    assert outside == [scale] and len(graph.inputs) == 2
    assert float(graph(np.float32(3), np.float32(5))[0]) == 15


def test_a_carry_keeps_its_dtype_and_the_sizes_that_stay():
    start = pt.tensor(dtype="float32", shape=(2, 3))
    (inside,), (new,) = stable_carry([start], lambda x: [pt.concatenate([x, x]).astype("float64")])
    assert inside.type.dtype == new.type.dtype == "float32"
    assert inside.type.shape == new.type.shape == (None, 3)
