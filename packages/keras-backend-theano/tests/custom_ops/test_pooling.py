"""Max and average pooling, closed under gradients."""

import numpy as np
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.custom_ops.pooling import AveragePool, AverageUnpool, MaxPool, Pick, Unpool
from keras_backend_theano.kernels.window import Window


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("size", "strides"), [((2,), (2,)), ((3, 2), (1, 2)), ((2, 2, 2), (2, 1, 2))])
def test_pooling(size, strides, padding, order, check, normal):
    x = normal(2, *(5, 6, 4)[: len(size)], 2)
    window = Window(size, strides, padding)
    check(lambda a: pt.sqr(MaxPool(window)(a)[0]), [x], order)
    check(lambda a: pt.sqr(AveragePool(window)(a)), [x], order)


def test_static_shapes_and_inverses():
    window, x = Window((2,), (2,)), pt.tensor(dtype="float32", shape=(None, 6, 1))
    y, winner = MaxPool(window)(x)
    back, picked = Unpool(window)(y, winner, x), Pick(window)(x, winner)
    spread = AverageUnpool(window)(AveragePool(window)(x), x)
    assert y.type.shape == picked.type.shape == (None, 3, 1) and back.type.shape == spread.type.shape == x.type.shape
    value = np.array([3, 1, 2, 5, 4, 4], "float32").reshape(1, 6, 1)
    found = [one.ravel().tolist() for one in compile_graph([x], [y, winner, back, picked, spread])(value)]
    assert found == [[3, 5, 4], [0, 1, 0], [3, 0, 0, 5, 4, 0], [3, 5, 4], [1, 1, 1.75, 1.75, 2, 2]]
