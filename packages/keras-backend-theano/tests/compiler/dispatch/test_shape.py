"""Nodes that ask for shapes and change them."""

import numpy as np
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph

X = np.random.default_rng(0).normal(size=(3, 4, 5)).astype("float32")
M = np.random.default_rng(1).normal(size=(100, 5)).astype("float32")
V = np.arange(6, dtype="int32")
GRAPHS = {
    "dimshuffle": (lambda x: x.dimshuffle(2, "x", 0, 1), X),
    "drop and turn": (lambda x: x[:, :1].dimshuffle(2, 0), X),
    "reshape": (lambda x: x.reshape((x.shape[0] // 2, -1)), M),
    "shape": (lambda x: x.shape * 2, X),
    "one size": (lambda x: x.shape[1] + x[0, 0, 0], X),
    "scalar to array": (lambda x: x[0].dimshuffle("x", "x") + 1, V),
    "join dims": (lambda x: pt.join_dims(x, start_axis=0, n_axes=2), X),
    "split dims": (lambda x: pt.split_dims(x, shape=(10, 10), axis=0), M),
}  # fmt: skip


def test_same_as_pytensor(graph, check):
    check(graph)


def test_a_specified_shape_is_checked():
    x = pt.matrix(dtype="float32")
    run = compile_graph([x], [pt.specify_shape(x, (2, None)) + 1])
    assert run(np.zeros((2, 3), "float32"))[0].shape == (2, 3)
    with pytest.raises(ValueError, match=r"Got a tensor of shape \(3, 3\), expected \(2, None\)"):
        run(np.zeros((3, 3), "float32"))
