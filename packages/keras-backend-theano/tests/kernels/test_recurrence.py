"""LSTM and GRU against step-by-step formulas, and their gradients against finite differences.

Covers: gru.py, lstm.py.
"""

import numpy as np
import pytest
from keras_backend_theano.kernels import gru, lstm, recurrence

BATCH, TIME, FEATURES, UNITS = 3, 5, 4, 2
MASK = np.array([[1, 1, 0, 1, 1], [0, 1, 1, 1, 0], [0, 0, 1, 0, 1]], bool)


def _normal(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _unroll(step, x, states, mask, backwards):
    """Apply `step` in time order, keeping states and repeating outputs where the mask is False."""
    output, outputs = np.zeros_like(states[0]), []
    for t in range(TIME)[:: -1 if backwards else 1]:
        new = step(x[:, t], *states)
        keep = np.ones((BATCH, 1), bool) if mask is None else mask[:, t, None]
        output = np.where(keep, new[0], output)
        states = [np.where(keep, n, s) for n, s in zip(new, states, strict=True)]
        outputs.append(output)
    return np.stack(outputs, 1), states


def _lstm_arguments():
    return [
        _normal(BATCH, TIME, FEATURES),
        _normal(BATCH, UNITS, seed=1),
        _normal(BATCH, UNITS, seed=2),
        _normal(FEATURES, 4 * UNITS),
        _normal(UNITS, 4 * UNITS),
        _normal(4 * UNITS),
    ]


def _lstm_reference(x, h, c, kernel, recurrent, bias, mask, backwards):
    def step(x, h, c):
        i, f, g, o = np.split(x @ kernel + h @ recurrent + bias, 4, axis=1)
        c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
        return [_sigmoid(o) * np.tanh(c), c]

    outputs, (h, c) = _unroll(step, x, [h, c], mask, backwards)
    return outputs, h, c


def _gru_arguments():
    return [
        _normal(BATCH, TIME, FEATURES),
        _normal(BATCH, UNITS, seed=1),
        _normal(FEATURES, 3 * UNITS),
        _normal(UNITS, 3 * UNITS),
        _normal(3 * UNITS),
        _normal(3 * UNITS, seed=1),
    ]


def _gru_reference(x, h, kernel, recurrent, bias, recurrent_bias, mask, backwards, reset_after):
    w, r, b, rb = (np.split(a, 3, axis=-1) for a in (kernel, recurrent, bias, recurrent_bias))

    def step(x, h):
        z = _sigmoid(x @ w[0] + b[0] + h @ r[0] + reset_after * rb[0])
        reset = _sigmoid(x @ w[1] + b[1] + h @ r[1] + reset_after * rb[1])
        inner = reset * (h @ r[2] + rb[2]) if reset_after else (reset * h) @ r[2]
        return [z * h + (1 - z) * np.tanh(x @ w[2] + b[2] + inner)]

    outputs, (h,) = _unroll(step, x, [h], mask, backwards)
    return outputs, h


def _check_gradients(loss, arguments, gradients):
    """Central differences of `loss` by three cells of each argument."""
    step = 1e-6
    for number, (argument, gradient) in enumerate(zip(arguments, gradients, strict=True)):
        assert gradient.shape == argument.shape
        for at in np.random.default_rng(number).integers(0, argument.size, 3):
            values = []
            for sign in (1, -1):
                moved = [a.copy() for a in arguments]
                moved[number].flat[at] += sign * step
                values.append(loss(*moved))
            slope = (values[0] - values[1]) / (2 * step)
            assert abs(slope - gradient.flat[at]) < 1e-6, number


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("mask", [None, MASK], ids=["all", "masked"])
def test_lstm(mask, backwards):
    arguments = _lstm_arguments()
    run = lstm.forward(arguments, mask, backwards)
    for got, expected in zip(run[:3], _lstm_reference(*arguments, mask, backwards), strict=True):
        np.testing.assert_allclose(got, expected, atol=1e-12)
    weights = (
        _normal(BATCH, TIME, UNITS, seed=5),
        _normal(BATCH, UNITS, seed=6),
        _normal(BATCH, UNITS, seed=7),
    )

    def loss(*moved):
        results = _lstm_reference(*moved, mask, backwards)
        return sum(np.vdot(w, r) for w, r in zip(weights, results, strict=True))

    gradients = lstm.backward(arguments[:5], mask, run, weights, backwards)
    _check_gradients(loss, arguments, gradients)


@pytest.mark.parametrize("reset_after", [False, True])
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("mask", [None, MASK], ids=["all", "masked"])
def test_gru(mask, backwards, reset_after):
    arguments = _gru_arguments()
    run = gru.forward(arguments, mask, backwards, reset_after)
    expected = _gru_reference(*arguments, mask, backwards, reset_after)
    for got, value in zip(run[:2], expected, strict=True):
        np.testing.assert_allclose(got, value, atol=1e-12)
    weights = _normal(BATCH, TIME, UNITS, seed=5), _normal(BATCH, UNITS, seed=6)

    def loss(*moved):
        results = _gru_reference(*moved, mask, backwards, reset_after)
        return sum(np.vdot(w, r) for w, r in zip(weights, results, strict=True))

    gradients = list(gru.backward(arguments[:4], mask, run, weights, backwards, reset_after))
    checked = 6 if reset_after else 5
    _check_gradients(
        loss if reset_after else lambda *a: loss(*a, arguments[5]),
        arguments[:checked],
        gradients[:checked],
    )


def test_without_bias_and_broadcast_gradients():
    x, h, c, kernel, recurrent, _ = _lstm_arguments()
    zero, none = (
        lstm.forward((x, h, c, kernel, recurrent, np.zeros(4 * UNITS))),
        lstm.forward((x, h, c, kernel, recurrent, None)),
    )
    np.testing.assert_array_equal(zero.outputs, none.outputs)
    ones = np.ones((BATCH, UNITS))
    flat = lstm.backward((x, h, c, kernel, recurrent), None, none, (np.zeros((1, 1, 1)), ones, np.zeros((1, 1))))
    full = lstm.backward((x, h, c, kernel, recurrent), None, none, (np.zeros((BATCH, TIME, UNITS)), ones, ones * 0))
    for a, b in zip(flat, full, strict=True):
        np.testing.assert_array_equal(a, b)


def test_float32_stays():
    arguments = [a.astype("float32") for a in _lstm_arguments()]
    run = lstm.forward(arguments, MASK)
    gradients = lstm.backward(arguments[:5], MASK, run, run[:3])
    assert {a.dtype.name for a in (*run, *gradients)} == {"float32"}
    arguments = [a.astype("float32") for a in _gru_arguments()]
    run = gru.forward(arguments, MASK)
    gradients = gru.backward(arguments[:4], MASK, run, run[:2])
    assert {a.dtype.name for a in (*run, *gradients)} == {"float32"}


def test_steps_in_the_order_of_processing():
    x = _normal(BATCH, TIME, FEATURES)
    inputs, keep, seen = recurrence.steps(x, MASK, backwards=True)
    np.testing.assert_array_equal(inputs[0], x[:, -1])
    assert keep[..., 0].T.tolist() == MASK[:, ::-1].tolist()
    assert seen[:, 1, 0].tolist() == [0, 1, 1, 1, 1]
    np.testing.assert_array_equal(recurrence.to_batch_first(inputs, backwards=True), x)
    assert recurrence.steps(x, None, False)[1:] == (None, None)


def test_products_over_time():
    x, kernel, bias = _normal(TIME, BATCH, FEATURES), _normal(FEATURES, UNITS), _normal(UNITS)
    projected = recurrence.project(x, kernel, bias)
    np.testing.assert_allclose(projected, x @ kernel + bias)
    expected = sum(a.T @ b for a, b in zip(x, projected, strict=True))
    np.testing.assert_allclose(recurrence.product(x, projected), expected)


def test_states_before_each_step_and_scales_of_gates():
    states, initial = _normal(TIME, BATCH, UNITS), _normal(BATCH, UNITS)
    before = recurrence.previous(states, initial)
    np.testing.assert_array_equal(before, [initial, *states[:-1]])
    assert recurrence.gate_scale(2, "st", np.dtype("float32")).tolist() == [0.5, 0.5, 1, 1]
