"""LSTM and GRU as single Ops; the second order goes through the unfused formulas."""

import numpy as np
import pytensor.tensor as pt
import pytest
from keras_backend_theano.custom_ops.recurrent import GRU, LSTM


def _recurrent(gates, biases, normal):
    units = 2
    shapes = [(3, 4, 5), (3, units), (5, gates * units), (units, gates * units), *[(gates * units,)] * biases]
    values = [normal(*s, seed=k) for k, s in enumerate(shapes)]
    mask = pt.constant(np.array([[1, 1, 0, 1], [0, 1, 1, 0], [1, 1, 1, 1]], bool))
    return values, mask


@pytest.mark.parametrize(
    ("masked", "outputs", "order"), [(False, [0], 1), (True, [1, 2], 1), (True, [0, 1, 2], 1), (True, [0, 1, 2], 2)]
)
def test_lstm(masked, outputs, order, check, normal):
    values, mask = _recurrent(4, 1, normal)
    values.insert(2, normal(3, 2, seed=8))
    op = LSTM(masked, backwards=True)
    check(lambda *a: [op(*a, *[mask] * masked)[k] for k in outputs], values, order)


@pytest.mark.parametrize(
    ("masked", "outputs", "order"), [(False, [0], 1), (True, [1], 1), (True, [0, 1], 1), (True, [0, 1], 2)]
)
@pytest.mark.parametrize("reset_after", [False, True])
def test_gru(masked, reset_after, outputs, order, check, normal):
    values, mask = _recurrent(3, 2, normal)
    op = GRU(masked, False, reset_after)
    if not reset_after:
        last = pt.constant(values.pop())
        check(lambda *a: [op(*a, last, *[mask] * masked)[k] for k in outputs], values, order)
    else:
        check(lambda *a: [op(*a, *[mask] * masked)[k] for k in outputs], values, order)
