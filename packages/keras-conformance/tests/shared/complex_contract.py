"""What the complex ops of every backend do, staged and in every precision."""

import numpy as np
import pytest
from keras_core import backend, ops, stage


class ComplexContract:
    """A subclass names the backend."""

    backend: str

    @pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
    def test_parts_and_transforms(self, dtype):
        kind = backend.load(self.backend)
        x = np.arange(8).reshape(4, 2).astype(dtype)

        def run(pairs):
            z = ops.view_as_complex(pairs)
            return z, ops.view_as_real(z), *ops.fourier(pairs, ops.zeros_like(pairs)), *ops.fourier(pairs, pairs, True)

        z, back, re, im, again, other = map(kind.numpy, stage(run, [], kind)(x))
        assert z.dtype == ("complex128" if dtype == "float64" else "complex64")
        np.testing.assert_array_equal(z, x[:, 0] + 1j * x[:, 1].astype("float64"))
        np.testing.assert_array_equal(back, x)
        np.testing.assert_allclose(re + 1j * im, np.fft.fft(x.astype("float64")), atol=1e-3)
        np.testing.assert_allclose(again + 1j * other, np.fft.ifft(x * (1 + 1j)), atol=1e-3)
        assert re.dtype == again.dtype == dtype

    def test_eig(self):
        kind = backend.load(self.backend)
        x = np.array([[1.0, 2.0], [-2.0, 1.0]], "float32")
        values, vectors = map(kind.numpy, stage(ops.eig, [], kind)(x))
        assert sorted(values.imag.tolist()) == pytest.approx([-2, 2], abs=1e-5)
        np.testing.assert_allclose(x @ vectors, vectors * values, atol=1e-5)
