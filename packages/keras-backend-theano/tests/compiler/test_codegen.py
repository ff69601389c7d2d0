"""What the generated function keeps, drops and writes over."""

import numpy as np
import pytensor.tensor as pt
from keras_backend_theano.compiler.codegen import python_function
from keras_backend_theano.compiler.compile import compile_graph
from pytensor.compile.builders import OpFromGraph
from pytensor.graph.fg import FunctionGraph

M = np.random.default_rng(1).normal(size=(100, 5)).astype("float32")


def test_results_share_no_memory():
    x = pt.matrix(dtype="float32")
    one, two, same, turned, constant = compile_graph([x], [x + 1, x + 1, x, x.T, pt.constant(np.ones(3))])(M)
    for a in (one, two, same, turned, constant):
        assert a.flags.writeable and not np.shares_memory(a, M)
    assert not np.shares_memory(one, two)
    constant += 1
    assert compile_graph([x], [pt.constant(np.ones(3))])(M)[0].sum() == 3


def test_memory_is_reused_only_when_nothing_needs_it():
    """Large results may be written over dead inputs; arguments, views and outputs must survive."""
    value = np.random.default_rng(0).normal(size=(300, 100)).astype("float32")
    kept = value.copy()
    x = pt.tensor(dtype="float32", shape=(300, 100))
    shifted = x + 1
    turned = shifted.T
    grown = pt.exp(pt.sin(shifted) * 2)
    relu = pt.switch(pt.gt(grown, np.float32(0)), grown, np.float32(0))
    narrow = pt.sqrt(pt.abs(shifted[:1] * 3))
    outputs = [turned + 0, grown - shifted, relu * relu, shifted, narrow + x, pt.tanh(grown)[::-1] - 1]
    shift = kept + 1
    grow = np.exp(np.sin(shift) * 2)
    expected = [
        shift.T,
        grow - shift,
        grow * grow,
        shift,
        np.sqrt(np.abs(shift[:1] * 3)) + kept,
        np.tanh(grow)[::-1] - 1,
    ]
    for _ in range(2):
        for got, want in zip(compile_graph([x], outputs)(value), expected, strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(value, kept)


def test_a_spare_of_another_shape_is_left_alone():
    """Sizes that only the run knows may differ where an axis of length 1 broadcasts."""
    a, b = (pt.tensor(dtype="float32", shape=(None, 2000)) for _ in range(2))
    run = compile_graph([a, b], [pt.exp(a) + pt.exp(b)])
    one, many = np.ones((1, 2000), "float32"), np.ones((3, 2000), "float32")
    assert run(one, many)[0].shape == run(many, one)[0].shape == (3, 2000)


def test_a_function_of_a_graph_without_pytensors_compilation():
    x = pt.matrix(dtype="float32")
    run = python_function(FunctionGraph([x], [pt.exp(x) + 1, x.T], clone=True))
    first, second = run(M)
    np.testing.assert_allclose(first, np.exp(M) + 1, rtol=1e-6)
    np.testing.assert_array_equal(second, M.T)


def test_graphs_inside_a_graph():
    x, a, b = (pt.vector(dtype="float32") for _ in range(3))
    one, two = OpFromGraph([a], [a * 2]), OpFromGraph([a, b], [a + b, a - b])
    outputs = [one(x), *two(x, one(x))]
    value = np.array([1, 2], "float32")
    found = python_function(FunctionGraph([x], outputs, clone=True))(value)
    np.testing.assert_array_equal(found, [value * 2, value * 3, -value])
