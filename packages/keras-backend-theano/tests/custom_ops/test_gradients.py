"""Gradients of the package's Ops against finite differences in float64, first and second order."""

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.custom_ops.callback import PureCallback
from keras_backend_theano.custom_ops.convolution import Convolve, InputGradient, KernelGradient
from keras_backend_theano.custom_ops.pooling import AveragePool, MaxPool
from keras_backend_theano.custom_ops.recurrent import GRU, LSTM
from keras_backend_theano.custom_ops.take_along_axis import TakeAlongAxis
from keras_backend_theano.kernels.window import Window


def _normal(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def _check(build, values, order=1, mask=None):
    """Compare the gradient of a weighted sum of `build(*inputs)` with central differences.

    For second order the same is done for a weighted sum of that gradient.
    """
    inputs = [pt.tensor(dtype="float64", shape=v.shape) for v in values]
    scalar = _weighted(build(*inputs))
    for _ in range(order - 1):
        scalar = _weighted(pytensor.grad(scalar, inputs))
    gradients = pytensor.grad(scalar, inputs, disconnected_inputs="ignore")
    run = compile_graph(inputs, [scalar, *gradients])
    _, *found = run(*values)
    step = 1e-5
    for number, value in enumerate(values):
        direction = _normal(*value.shape, seed=9)
        ends = []
        for sign in (1, -1):
            moved = list(values)
            moved[number] = value + sign * step * direction
            ends.append(run(*moved)[0])
        assert np.vdot(found[number], direction) == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-5, abs=1e-6)


def _weighted(outputs):
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    return sum((o * pt.cos(pt.arange(o.size, dtype="float64").reshape(o.shape))).sum() for o in outputs)


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
def test_convolution(case, order):
    x, kernel, *rest = case
    op = Convolve(*rest)
    _check(lambda a, b: op(pt.tanh(a), pt.tanh(b)), [_normal(*x), _normal(*kernel)], order)


@pytest.mark.parametrize("case", CONVOLUTIONS[:4], ids=str)
def test_convolution_gradients_are_differentiable(case):
    x, kernel, *rest = case
    x, kernel = _normal(*x), _normal(*kernel)
    dy = _normal(*Window(kernel.shape[:-2], *rest[:3]).output(x.shape[1:-1]))
    dy = _normal(x.shape[0], *dy.shape, kernel.shape[-1])
    _check(lambda a, d: KernelGradient(*rest)(a, d, pt.constant(kernel)), [x, dy])
    _check(lambda k, d: InputGradient(*rest)(k, d, pt.constant(x)), [kernel, dy])


def test_static_shapes_of_convolution():
    x, kernel = pt.tensor(dtype="float32", shape=(None, 9, None, 3)), pt.tensor(dtype="float32", shape=(3, 2, 3, 5))
    y = Convolve((2, 1), "same", (1, 1), 1)(x, kernel)
    assert y.type.shape == (None, 5, None, 5) and y.type.dtype == "float32"
    dx, dk = pytensor.grad(y.sum(), [x, kernel])
    assert dx.type.shape == x.type.shape and dk.type.shape == kernel.type.shape


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("size", "strides"), [((2,), (2,)), ((3, 2), (1, 2)), ((2, 2, 2), (2, 1, 2))])
def test_pooling(size, strides, padding, order):
    x = _normal(2, *(5, 6, 4)[: len(size)], 2)
    window = Window(size, strides, padding)
    _check(lambda a: pt.sqr(MaxPool(window)(a)[0]), [x], order)
    _check(lambda a: pt.sqr(AveragePool(window)(a)), [x], order)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("indices", [[[0, 2, 1]], [[1, 1, 3], [1, 0, 3]]])
def test_picking(indices, order):
    picks = pt.constant(np.array(indices, "int32"))
    _check(lambda a: pt.sqr(TakeAlongAxis(0)(a, picks)), [_normal(4, 3)], order)


def _recurrent(gates, biases):
    units = 2
    shapes = [(3, 4, 5), (3, units), (5, gates * units), (units, gates * units), *[(gates * units,)] * biases]
    values = [_normal(*s, seed=k) for k, s in enumerate(shapes)]
    mask = pt.constant(np.array([[1, 1, 0, 1], [0, 1, 1, 0], [1, 1, 1, 1]], bool))
    return values, mask


@pytest.mark.parametrize(
    ("masked", "outputs", "order"), [(False, [0], 1), (True, [1, 2], 1), (True, [0, 1, 2], 1), (True, [0, 1, 2], 2)]
)
def test_lstm(masked, outputs, order):
    values, mask = _recurrent(4, 1)
    values.insert(2, _normal(3, 2, seed=8))
    op = LSTM(masked, backwards=True)
    _check(lambda *a: [op(*a, *[mask] * masked)[k] for k in outputs], values, order)


@pytest.mark.parametrize(
    ("masked", "outputs", "order"), [(False, [0], 1), (True, [1], 1), (True, [0, 1], 1), (True, [0, 1], 2)]
)
@pytest.mark.parametrize("reset_after", [False, True])
def test_gru(masked, reset_after, outputs, order):
    values, mask = _recurrent(3, 2)
    op = GRU(masked, False, reset_after)
    if not reset_after:
        last = pt.constant(values.pop())
        _check(lambda *a: [op(*a, last, *[mask] * masked)[k] for k in outputs], values, order)
    else:
        _check(lambda *a: [op(*a, *[mask] * masked)[k] for k in outputs], values, order)


def test_host_op_merges_equal_labels():
    calls = []

    def count(x):
        calls.append(1)
        return x + 1

    x = pt.vector(dtype="float32")
    nodes = [PureCallback(count, ("count",), [("float32", (None,))])(x) for _ in range(2)]
    a, b = compile_graph([x], nodes)(np.ones(2, "float32"))
    assert len(calls) == 1 and a.tolist() == b.tolist() == [2, 2]
