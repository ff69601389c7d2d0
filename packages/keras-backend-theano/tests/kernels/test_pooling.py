"""Pooling against loops over windows, and gradients against finite differences and adjoints."""

import itertools

import numpy as np
import pytest
from keras_backend_theano.kernels import pooling
from keras_backend_theano.kernels.window import Window

CASES = [
    ((7,), Window((2,), (2,))),
    ((7,), Window((3,), (1,), "same")),
    ((6, 7), Window((2, 2), (2, 2))),
    ((7, 8), Window((3, 2), (2, 1), "same")),
    ((5, 6), Window((3, 3), (3, 2), "same")),
    ((4, 5, 6), Window((2, 2, 3), (2, 1, 2), "same")),
    ((4, 4, 4), Window((2, 2, 2), (2, 2, 2))),
]


def _windows(x, window):
    """Each output cell with its real input cells, (batch, cells, channels)."""
    sizes = x.shape[1:-1]
    pads = window.pads(sizes)
    for cell in itertools.product(*map(range, window.output(sizes))):
        spans = [
            range(max(c * s - p[0], 0), min(c * s - p[0] + k, n))
            for c, s, p, k, n in zip(cell, window.strides, pads, window.size, sizes, strict=True)
        ]
        yield cell, np.stack([x[(slice(None), *at)] for at in itertools.product(*spans)], 1)


def _reduce(x, window, function):
    result = np.empty((x.shape[0], *window.output(x.shape[1:-1]), x.shape[-1]), x.dtype)
    for cell, values in _windows(x, window):
        result[(slice(None), *cell)] = function(values, axis=1)
    return result


def _input(sizes):
    return np.random.default_rng(1).normal(size=(3, *sizes, 2))


@pytest.mark.parametrize(("sizes", "window"), CASES, ids=str)
def test_values(sizes, window, monkeypatch):
    x = _input(sizes)
    for budget in (1, 1 << 20):
        monkeypatch.setattr(pooling, "BLOCK_BYTES", budget)
        np.testing.assert_array_equal(pooling.max_pool(x, window)[0], _reduce(x, window, np.max))
        np.testing.assert_allclose(pooling.average_pool(x, window), _reduce(x, window, np.mean))


@pytest.mark.parametrize(("sizes", "window"), CASES, ids=str)
def test_max_gradient(sizes, window):
    """Finite differences; no two values are near, so the maximum is smooth here."""
    x = _input(sizes)
    y, winner = pooling.max_pool(x, window)
    dy = np.random.default_rng(2).normal(size=y.shape)
    dx = pooling.unpool(dy, winner, window, sizes)
    step = 1e-7
    for at in np.random.default_rng(4).integers(0, x.size, 12):
        moved = x.copy()
        moved.flat[at] += step
        slope = np.vdot(dy, pooling.max_pool(moved, window)[0] - y) / step
        assert abs(dx.flat[at] - slope) < 1e-5
    np.testing.assert_array_equal(pooling.pick(x, winner, window), y)
    other = np.random.default_rng(3).normal(size=x.shape)
    np.testing.assert_allclose(np.vdot(dx, other), np.vdot(dy, pooling.pick(other, winner, window)))


@pytest.mark.parametrize(("sizes", "window"), CASES, ids=str)
def test_average_gradient_is_the_adjoint(sizes, window):
    x = _input(sizes)
    dy = np.random.default_rng(2).normal(size=pooling.average_pool(x, window).shape)
    dx = pooling.average_unpool(dy, window, sizes)
    np.testing.assert_allclose(np.vdot(dx, x), np.vdot(dy, _reduce(x, window, np.mean)))


def test_first_of_equals_wins():
    x = np.ones((1, 2, 2, 1))
    y, winner = pooling.max_pool(x, Window((2, 2), (2, 2)))
    assert winner.item() == 0
    np.testing.assert_array_equal(
        pooling.unpool(y, winner, Window((2, 2), (2, 2)), (2, 2))[0, ..., 0], [[1, 0], [0, 0]]
    )


def test_integers_and_half():
    x = np.arange(8).reshape(1, 8, 1)
    assert pooling.max_pool(x - 9, Window((2,), (2,), "same"))[0].ravel().tolist() == [
        -8,
        -6,
        -4,
        -2,
    ]
    half = pooling.average_pool(x.astype("float16"), Window((2,), (2,)))
    assert half.dtype == "float16" and half.ravel().tolist() == [0.5, 2.5, 4.5, 6.5]
