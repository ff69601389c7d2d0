"""Results that pass through, differentiated by a function of the user's."""

import numpy as np
import pytensor
import pytensor.tensor as pt
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.custom_ops.custom_gradient import CustomGradient


def test_the_gradient_is_the_functions():
    x, y = pt.vector(dtype="float32"), pt.vector(dtype="float32")
    op = CustomGradient(lambda dy: [dy * 10, None], 1)
    out = op(pt.exp(x) * y, x, y)
    by_x, by_y = pytensor.grad((out * 3).sum(), [x, y])
    found = compile_graph([x, y], [out, by_x, by_y])(np.zeros(2, "float32"), np.array([2, 5], "float32"))
    assert [value.tolist() for value in found] == [[2, 5], [30, 30], [0, 0]]


def test_results_that_are_not_used_have_zero_cotangents():
    x = pt.vector(dtype="float32")
    op = CustomGradient(lambda first, second: [first + second * 100], 2)
    first, _ = op(x * 1, x * 2, x)
    (slope,) = pytensor.grad(first.sum(), [x])
    assert compile_graph([x], [slope])(np.ones(2, "float32"))[0].tolist() == [1, 1]
