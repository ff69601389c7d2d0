"""The scans that stand for the fused kernels in second derivatives compute the same."""

import numpy as np
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.custom_ops import unfused
from keras_backend_theano.kernels import gru, lstm

MASK = np.array([[1, 1, 0, 1], [0, 1, 1, 0], [1, 1, 1, 1]], bool)


def arguments(gates, states, biases, normal):
    shapes = [(3, 4, 5), *[(3, 2)] * states, (5, 2 * gates), (2, 2 * gates), *[(2 * gates,)] * biases]
    return [normal(*shape, seed=k) for k, shape in enumerate(shapes)]


def run(function, values):
    inputs = [pt.tensor(dtype="float64", shape=value.shape) for value in values]
    return compile_graph(inputs, function(inputs))(*values)


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("mask", [None, MASK], ids=["all", "masked"])
def test_lstm(mask, backwards, normal):
    values = arguments(4, 2, 1, normal)
    given = None if mask is None else pt.constant(mask)
    found = run(lambda inputs: unfused.lstm(inputs, given, backwards), values)
    for got, want in zip(found, lstm.forward(values, mask, backwards)[:3], strict=True):
        np.testing.assert_allclose(got, want, atol=1e-12)


@pytest.mark.parametrize("reset_after", [False, True])
@pytest.mark.parametrize("mask", [None, MASK], ids=["all", "masked"])
def test_gru(mask, reset_after, normal):
    values = arguments(3, 1, 2, normal)
    given = None if mask is None else pt.constant(mask)
    found = run(lambda inputs: unfused.gru(inputs, given, True, reset_after), values)
    for got, want in zip(found, gru.forward(values, mask, True, reset_after)[:2], strict=True):
        np.testing.assert_allclose(got, want, atol=1e-12)
