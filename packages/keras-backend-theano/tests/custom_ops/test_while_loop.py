import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.custom_ops.inner_graph import InnerGraph
from keras_backend_theano.custom_ops.while_loop import WhileLoop
from pytensor.gradient import NullTypeGradError


def doubled_below(x, limit):
    v, fixed = pt.scalar(dtype="float32"), pt.scalar(dtype="float32")
    return WhileLoop(InnerGraph([v, fixed], [v < fixed]), InnerGraph([v], [v * 2]), 1)(x, limit)


@pytest.mark.parametrize(("start", "expected"), [(3, 12), (20, 20)])
def test_it_runs_while_the_test_holds(start, expected):
    x, limit = pt.scalar(dtype="float32"), pt.scalar(dtype="float32")
    (found,) = compile_graph([x, limit], [doubled_below(x, limit)])(np.float32(start), np.float32(9))
    assert found == expected


def test_it_has_no_gradient():
    x = pt.scalar(dtype="float32")
    with pytest.raises(NullTypeGradError, match="use scan"):
        pytensor.grad(doubled_below(x, pt.constant(np.float32(9))), [x])
