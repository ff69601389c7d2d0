"""Nodes that run their Op's own `perform`, and those that copy or check."""

import numpy as np
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.compiler.dispatch.basic import numpy_funcify
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op
from pytensor.raise_op import Assert
from pytensor.tensor.elemwise import Elemwise

M = np.random.default_rng(1).normal(size=(100, 5)).astype("float32")
GRAPHS = {
    "sort": (lambda x: pt.sort(x, axis=0), M),
    "cumsum": (lambda x: pt.cumsum(x, axis=0), M),
}  # fmt: skip


def test_same_as_pytensor(graph, check):
    check(graph)


def test_a_failed_check_raises_its_error():
    x = pt.vector(dtype="float32")
    run = compile_graph([x], [Assert("positive values wanted")(x, pt.all(x > 0))])
    assert run(np.ones(2, "float32"))[0].tolist() == [1, 1]
    with pytest.raises(AssertionError, match="positive values wanted"):
        run(np.zeros(2, "float32"))


def test_an_op_of_any_package_runs_its_perform():
    class Halved(Op):
        def make_node(self, x):
            return Apply(self, [x], [x.type(), pt.scalar(dtype="int64")])

        def perform(self, node, inputs, outputs):
            assert all(isinstance(value, np.ndarray) for value in inputs)
            outputs[0][0], outputs[1][0] = inputs[0] / 2, inputs[0].size

    x = pt.tensor(dtype="float32", shape=())
    half, size = compile_graph([x], list(Halved()(x * 3)))(np.float32(2))
    assert half == 3 and half.dtype == "float32" and size == 1


def test_ops_without_an_implementation_fall_back():
    class Unknown(Op):
        pass

    assert numpy_funcify.dispatch(Unknown) is numpy_funcify.dispatch(object)
    assert numpy_funcify.dispatch(Elemwise) is not numpy_funcify.dispatch(object)
