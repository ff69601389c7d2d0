"""Generated code against PyTensor's own Python implementations.

A test module lists in GRAPHS what to compare: a name, a function that builds a graph of one input, and its value.
"""

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph
from pytensor.compile.mode import Mode
from pytensor.graph.rewriting.db import RewriteDatabaseQuery
from pytensor.link.vm import VMLinker


def pytest_generate_tests(metafunc):
    if "graph" in metafunc.fixturenames:
        graphs = metafunc.module.GRAPHS
        metafunc.parametrize("graph", list(graphs.values()), ids=list(graphs))


@pytest.fixture
def check():
    def same_as_pytensor(graph):
        build, value = graph
        x = pt.tensor("x", dtype=value.dtype.name, shape=(None,) * value.ndim)
        y = build(x)
        mode = Mode(VMLinker(use_cloop=False, c_thunks=False), RewriteDatabaseQuery(["minimum_compile"]))
        expected = pytensor.function([x], y, mode=mode)(value)
        (found,) = compile_graph([x], [y])(value)
        assert found.dtype == y.type.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, rtol=2e-5, atol=1e-5)

    return same_as_pytensor
