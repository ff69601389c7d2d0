"""Elements along an axis by index, and adding to them."""

import numpy as np
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.custom_ops.take_along_axis import AddAlongAxis, TakeAlongAxis


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("indices", [[[0, 2, 1]], [[1, 1, 3], [1, 0, 3]]])
def test_picking(indices, order, check, normal):
    picks = pt.constant(np.array(indices, "int32"))
    check(lambda a: pt.sqr(TakeAlongAxis(0)(a, picks)), [normal(4, 3)], order)


def test_adding_at_repeated_indices():
    values, template = pt.matrix(dtype="float32"), pt.matrix(dtype="float32")
    indices = pt.constant(np.array([[1, 1, 0]]))
    (found,) = compile_graph([values, template], [AddAlongAxis(1)(values, indices, template)])(
        np.array([[1, 2, 4]], "float32"), np.zeros((1, 3), "float32")
    )
    assert found.tolist() == [[4, 3, 0]]
