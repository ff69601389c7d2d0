"""NumPy functions as nodes of a graph."""

import numpy as np
import pytensor
import pytensor.tensor as pt
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.custom_ops.callback import PureCallback


def test_equal_labels_merge():
    calls = []

    def count(x):
        calls.append(1)
        return x + 1

    x = pt.vector(dtype="float32")
    nodes = [PureCallback(count, ("count",), [("float32", (None,))])(x) for _ in range(2)]
    a, b = compile_graph([x], nodes)(np.ones(2, "float32"))
    assert len(calls) == 1 and a.tolist() == b.tolist() == [2, 2]


def test_several_results_in_the_declared_dtypes():
    x = pt.vector(dtype="float32")
    node = PureCallback(lambda x: (x.sum(), x > 0), ("both",), [("float64", ()), ("bool", (2,))])
    total, positive = node(x)
    assert positive.type.shape == (2,)
    found = compile_graph([x], [total, positive])(np.array([1, -3], "float32"))
    assert found[0] == -2 and found[0].dtype == "float64" and found[1].tolist() == [True, False]


def test_it_has_no_gradient():
    x = pt.vector(dtype="float32")
    y = PureCallback(np.sin, ("sin",), [("float32", (None,))])(x)
    (slope,) = pytensor.grad((y * 2 + x).sum(), [x])
    assert compile_graph([x], [slope])(np.ones(2, "float32"))[0].tolist() == [1, 1]
