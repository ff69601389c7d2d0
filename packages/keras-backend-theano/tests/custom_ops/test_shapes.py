"""Static and inferred shapes of Ops that slide a window."""

import numpy as np
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.custom_ops.convolution import Convolve
from keras_backend_theano.custom_ops.shapes import output_sizes
from keras_backend_theano.kernels.window import Window


@pytest.mark.filterwarnings("error")
def test_the_shape_of_a_convolution_is_inferred():
    image, kernel = pt.tensor(dtype="float32", shape=(None, 7, 3)), pt.tensor(dtype="float32", shape=(3, 3, 2))
    out = Convolve((2,), "valid", (1,), 1)(image, kernel)
    run = compile_graph([image, kernel], [out, out.shape])
    assert run(np.zeros((4, 7, 3), "float32"), np.zeros((3, 3, 2), "float32"))[1].tolist() == [4, 3, 2]


def test_both_ways_that_pytensor_asks_for_shapes():
    image, kernel = pt.tensor(dtype="float32", shape=(5, 7, 3)), pt.tensor(dtype="float32", shape=(3, 3, 2))
    out = Convolve((1,), "same", (1,), 1)(image, kernel)
    for before in ((), (None,)):
        assert out.owner.op.infer_shape(*before, out.owner, [(5, 7, 3), (3, 3, 2)]) == [(5, 7, 2)]


@pytest.mark.parametrize(
    ("padding", "expected"), [("valid", (None, 3)), ("same", (None, 7)), (((0, 0), (2, 1)), (None, 6))]
)
def test_unknown_sizes_stay_unknown(padding, expected):
    assert output_sizes((None, 7), Window((2, 3), (1, 1), padding, (1, 2))) == expected
