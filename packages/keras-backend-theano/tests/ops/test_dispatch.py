"""The choice between arrays and graphs."""

import numpy as np
import pytensor.tensor as pt
import pytest
from keras_backend_theano.ops.dispatch import by_arguments, numpy_op
from keras_core.backend import load

X = np.ones(2, "float32")


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [((pt.vector(), 1), {}), ((X,), {"scale": pt.scalar()}), (([X, pt.vector()],), {}), ((X, slice(pt.scalar())), {})],
    ids=["argument", "keyword", "list", "slice"],
)
def test_a_symbolic_argument_builds_a_graph(args, kwargs):
    assert by_arguments("add", lambda *args, **kwargs: "graph")(*args, **kwargs) == "graph"


def test_arrays_run_on_numpy():
    found = by_arguments("add", lambda *args: pytest.fail("built a graph"))(X, X)
    assert isinstance(found, np.ndarray) and found.tolist() == [2, 2]
    assert numpy_op("add") is load("numpy").ops["add"]
