"""Convolution against a direct sum over taps, and its gradients against that sum's adjoint."""

import itertools

import numpy as np
import pytest
from keras_backend_theano.kernels import convolution
from keras_backend_theano.kernels.convolution import convolve, input_gradient, kernel_gradient
from keras_backend_theano.kernels.window import Window

CASES = [
    # sizes, kernel size, strides, padding, dilation, groups, channels of a group, filters of a group
    ((7,), (3,), (1,), "valid", (1,), 1, 2, 3),
    ((8,), (3,), (2,), "same", (1,), 1, 2, 3),
    ((9,), (2,), (1,), ((3, 0),), (3,), 1, 3, 2),
    ((6, 5), (3, 2), (1, 1), "valid", (1, 1), 1, 2, 4),
    ((7, 8), (3, 3), (2, 3), "same", (1, 1), 1, 3, 2),
    ((9, 9), (3, 2), (2, 1), "valid", (2, 3), 1, 2, 2),
    ((6, 6), (3, 3), (1, 1), ((1, 2), (0, 1)), (1, 1), 2, 2, 3),
    ((7, 6), (2, 3), (2, 1), "same", (1, 2), 3, 2, 1),
    ((6, 7), (3, 2), (2, 2), "same", (1, 1), 3, 1, 2),
    ((6, 7), (3, 3), (1, 1), "same", (2, 2), 4, 1, 1),
    ((5, 6), (1, 1), (1, 1), "valid", (1, 1), 1, 3, 4),
    ((5, 6), (1, 1), (2, 2), "same", (1, 1), 1, 3, 4),
    ((4, 5, 6), (2, 3, 2), (1, 2, 1), "same", (1, 1, 2), 1, 2, 2),
    ((4, 5, 5), (2, 2, 2), (2, 2, 2), "valid", (1, 1, 1), 2, 2, 2),
]


def _case(sizes, size, strides, padding, dilation, groups, channels, filters, dtype="float64"):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(3, *sizes, groups * channels)).astype(dtype)
    kernel = rng.normal(size=(*size, channels, groups * filters)).astype(dtype)
    return x, kernel, Window(size, strides, padding, dilation), groups


def _direct(x, kernel, window, groups):
    """The definition: for each output cell, filter, tap and channel one product."""
    sizes, channels = x.shape[1:-1], kernel.shape[-2]
    filters = kernel.shape[-1] // groups
    pads, output = window.pads(sizes), window.output(sizes)
    result = np.zeros((x.shape[0], *output, kernel.shape[-1]), x.dtype)
    for cell in itertools.product(*map(range, output)):
        for tap in itertools.product(*map(range, window.size)):
            at = tuple(
                c * s + t * d - p[0]
                for c, s, t, d, p in zip(cell, window.strides, tap, window.dilation, pads, strict=True)
            )
            if any(a < 0 or a >= n for a, n in zip(at, sizes, strict=True)):
                continue
            for group in range(groups):
                out = slice(group * filters, (group + 1) * filters)
                values = x[(slice(None), *at, slice(group * channels, (group + 1) * channels))]
                result[(slice(None), *cell, out)] += values @ kernel[tap][:, out]
    return result


@pytest.mark.parametrize("case", CASES, ids=str)
def test_values(case):
    x, kernel, window, groups = _case(*case)
    np.testing.assert_allclose(convolve(x, kernel, window, groups), _direct(x, kernel, window, groups), atol=1e-12)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_gradients_are_the_adjoints(case):
    """The map is linear in each argument, so <dy, conv(x, k)> must equal the inner products below."""
    x, kernel, window, groups = _case(*case)
    y = _direct(x, kernel, window, groups)
    dy = np.random.default_rng(5).normal(size=y.shape)
    by_kernel = kernel_gradient(x, dy, window, groups)
    by_input = input_gradient(kernel, dy, window, x.shape[1:-1], groups)
    assert by_kernel.shape == kernel.shape and by_input.shape == x.shape
    rng = np.random.default_rng(7)
    for _ in range(3):
        other = rng.normal(size=kernel.shape)
        expected = np.vdot(dy, _direct(x, other, window, groups))
        np.testing.assert_allclose(np.vdot(by_kernel, other), expected, rtol=1e-9)
        other = rng.normal(size=x.shape)
        expected = np.vdot(dy, _direct(other, kernel, window, groups))
        np.testing.assert_allclose(np.vdot(by_input, other), expected, rtol=1e-9)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_small_blocks_give_the_same(case, monkeypatch):
    x, kernel, window, groups = _case(*case)
    y = convolve(x, kernel, window, groups)
    whole = (
        kernel_gradient(x, y, window, groups),
        input_gradient(kernel, y, window, x.shape[1:-1], groups),
    )
    monkeypatch.setattr(convolution, "BLOCK_BYTES", 200)
    monkeypatch.setattr(convolution, "MIN_ROWS", 1)
    np.testing.assert_allclose(convolve(x, kernel, window, groups), y, atol=1e-12)
    parts = (
        kernel_gradient(x, y, window, groups),
        input_gradient(kernel, y, window, x.shape[1:-1], groups),
    )
    for part, expected in zip(parts, whole, strict=True):
        np.testing.assert_allclose(part, expected, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_dtype_is_kept(dtype):
    x, kernel, window, groups = _case(*CASES[4], dtype=dtype)
    y = convolve(x, kernel, window, groups)
    assert y.dtype == kernel_gradient(x, y, window).dtype == dtype
    assert input_gradient(kernel, y, window, x.shape[1:-1]).dtype == dtype
    exact = _direct(x.astype("float64"), kernel.astype("float64"), window, groups)
    np.testing.assert_allclose(y, exact, atol=2e-5 if dtype == "float32" else 2e-2)


def test_empty_batch():
    x, kernel, window, groups = _case(*CASES[3])
    y = convolve(x[:0], kernel, window, groups)
    assert y.shape == (0, 4, 4, 4)
    assert not kernel_gradient(x[:0], y, window).any()
    assert input_gradient(kernel, y, window, (6, 5)).shape == (0, 6, 5, 2)


def test_strided_arguments():
    """Views that are not contiguous give what their copies give."""
    x, kernel, window, groups = _case(*CASES[4])
    turned, flipped = x.transpose(0, 2, 1, 3), kernel[::-1, :, :, ::-1]
    np.testing.assert_allclose(
        convolve(turned, flipped, window, groups),
        convolve(turned.copy(), flipped.copy(), window, groups),
    )


def test_window_too_large():
    x, kernel, window, _ = _case((2, 9), (3, 3), (1, 1), "valid", (1, 1), 1, 1, 1)
    with pytest.raises(ValueError, match=r"does not fit into the spatial shape \(2, 9\)"):
        convolve(x, kernel, window)
