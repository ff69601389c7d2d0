"""Fourier transforms as nodes of a graph, and their gradients."""

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.custom_ops.fourier import Fourier


@pytest.mark.parametrize("inverse", [False, True])
@pytest.mark.parametrize("part", [0, 1, None])
def test_value_and_gradient(inverse, part):
    rng = np.random.default_rng(0)
    real, imag, weight = rng.normal(size=(3, 2, 5))
    x, y = pt.matrix(dtype="float64"), pt.matrix(dtype="float64")
    found = Fourier(inverse)(x, y)
    loss = (found[0] * weight).sum() + (found[1] ** 2).sum() if part is None else (found[part] * weight).sum()
    slopes = pytensor.grad(loss, [x, y])
    results = compile_graph([x, y], [*found, *slopes])(real, imag)
    transform = np.fft.ifft if inverse else np.fft.fft
    expected = transform(real + 1j * imag)
    np.testing.assert_allclose(results[0] + 1j * results[1], expected)

    def value(z):
        y = transform(z)
        parts = (y.real, y.imag)
        if part is None:
            return (parts[0] * weight).sum() + (parts[1] ** 2).sum()
        return (parts[part] * weight).sum()

    for place in np.ndindex(2, 5):
        step = np.zeros((2, 5), complex)
        step[place] = 1e-6
        z = real + 1j * imag
        assert results[2][place] == pytest.approx((value(z + step) - value(z - step)) / 2e-6, abs=1e-6)
        assert results[3][place] == pytest.approx((value(z + 1j * step) - value(z - 1j * step)) / 2e-6, abs=1e-6)
