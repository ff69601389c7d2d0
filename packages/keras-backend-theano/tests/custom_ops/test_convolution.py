"""Convolution and its two gradients, each differentiable."""

import pytensor
import pytensor.tensor as pt
import pytest
from keras_backend_theano.custom_ops.convolution import Convolve, InputGradient, KernelGradient
from keras_backend_theano.kernels.window import Window

CONVOLUTIONS = [
    ((2, 7, 3), (3, 3, 2), (1,), "valid", (1,), 1),
    ((2, 8, 2), (3, 2, 2), (2,), "same", (1,), 1),
    ((2, 7, 3), (2, 3, 2), (1,), ((2, 0),), (2,), 1),
    ((2, 6, 7, 4), (3, 2, 2, 4), (2, 1), "same", (1, 1), 2),
    ((2, 6, 7, 3), (2, 3, 1, 6), (1, 1), "valid", (2, 1), 3),
    ((1, 4, 5, 4, 2), (2, 2, 2, 2, 3), (1, 2, 1), "same", (1, 1, 1), 1),
]


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("case", CONVOLUTIONS, ids=str)
def test_convolution(case, order, check, normal):
    x, kernel, *rest = case
    op = Convolve(*rest)
    check(lambda a, b: op(pt.tanh(a), pt.tanh(b)), [normal(*x), normal(*kernel)], order)


@pytest.mark.parametrize("case", CONVOLUTIONS[:4], ids=str)
def test_convolution_gradients_are_differentiable(case, check, normal):
    x, kernel, *rest = case
    x, kernel = normal(*x), normal(*kernel)
    dy = normal(*Window(kernel.shape[:-2], *rest[:3]).output(x.shape[1:-1]))
    dy = normal(x.shape[0], *dy.shape, kernel.shape[-1])
    check(lambda a, d: KernelGradient(*rest)(a, d, pt.constant(kernel)), [x, dy])
    check(lambda k, d: InputGradient(*rest)(k, d, pt.constant(x)), [kernel, dy])


def test_static_shapes_of_convolution():
    x, kernel = pt.tensor(dtype="float32", shape=(None, 9, None, 3)), pt.tensor(dtype="float32", shape=(3, 2, 3, 5))
    y = Convolve((2, 1), "same", (1, 1), 1)(x, kernel)
    assert y.type.shape == (None, 5, None, 5) and y.type.dtype == "float32"
    dx, dk = pytensor.grad(y.sum(), [x, kernel])
    assert dx.type.shape == x.type.shape and dk.type.shape == kernel.type.shape
