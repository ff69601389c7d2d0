"""Fourier transforms, against NumPy's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, gradients, ops


def numbers(tensor: Any) -> np.ndarray:
    return backend.to_numpy(tensor)


def whole(pair: Any) -> np.ndarray:
    return numbers(pair[0]) + 1j * numbers(pair[1])


@pytest.mark.parametrize("name", ["fft", "ifft", "fft2", "ifft2"])
@pytest.mark.parametrize("shape", [(4, 6), (2, 3, 5), (1, 1)])
def test_transforms(name: str, shape: Any, rng: np.random.Generator) -> None:
    z = (rng.normal(size=shape) + 1j * rng.normal(size=shape)).astype("complex64")
    expected = getattr(np.fft, name)(z)
    np.testing.assert_allclose(whole(getattr(ops, name)((z.real, z.imag))), expected, rtol=1e-4, atol=1e-5)
    found = numbers(getattr(ops, name)(z))
    assert found.dtype == "complex64"
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    assert [one.shape for one in getattr(ops, name)((KerasTensor(shape), KerasTensor(shape)))] == [shape, shape]


@pytest.mark.parametrize("n", [1, 2, 5, 8])
@pytest.mark.parametrize("length", [None, 1, 4, 7, 8])
def test_of_real_numbers_and_back(n: int, length: Any, rng: np.random.Generator) -> None:
    x = rng.normal(size=(3, n)).astype("float32")
    half = np.fft.rfft(x, length)
    pair = ops.rfft(x, length)
    np.testing.assert_allclose(whole(pair), half, rtol=1e-4, atol=1e-5)
    other = (rng.normal(size=(2, n)) + 1j * rng.normal(size=(2, n))).astype("complex64")
    if length is not None or n > 1:
        expected = np.fft.irfft(other, length)
        np.testing.assert_allclose(numbers(ops.irfft((other.real, other.imag), length)), expected, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(numbers(ops.irfft(other, length)), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("window", ["hann", "hamming", None, np.linspace(0.5, 1, 6)])
@pytest.mark.parametrize("center", [True, False])
def test_pieces_of_a_signal(window: Any, center: bool, rng: np.random.Generator) -> None:
    length, stride, fft_length = 6, 2, 8
    x = rng.normal(size=(2, 21)).astype("float32")
    if window is None:
        seen = np.ones(length)
    elif isinstance(window, str):
        a = {"hann": 0.5, "hamming": 0.54}[window]
        seen = np.array([a - (1 - a) * np.cos(2 * np.pi * k / length) for k in range(length)])
    else:
        seen = window
    padded = np.pad(x, ((0, 0), (4, 4)), "reflect") if center else x
    count = (padded.shape[1] - fft_length) // stride + 1
    expected = np.stack(
        [np.fft.rfft(padded[:, k * stride : k * stride + fft_length] * np.pad(seen, 1)) for k in range(count)], 1
    )
    pair = ops.stft(x, length, stride, fft_length, window, center)
    np.testing.assert_allclose(whole(pair), expected, rtol=1e-4, atol=1e-4)
    back = numbers(ops.istft(pair, length, stride, fft_length, 21, window, center))
    inner = slice(3, 17)  # at the ends no window may reach
    np.testing.assert_allclose(back[:, inner], x[:, inner], rtol=1e-3, atol=1e-4)
    assert back.shape == (2, 21)


def test_a_long_signal_comes_back(rng: np.random.Generator) -> None:
    x = rng.normal(size=(400,)).astype("float32")
    pair = ops.stft(x, 64, 16, 64)
    np.testing.assert_allclose(numbers(ops.istft(pair, 64, 16, 64)), x, rtol=1e-3, atol=1e-4)


def test_gradient_of_a_spectrum(backend_name: str, rng: np.random.Generator) -> None:
    if "train" not in backend.load(backend_name).capabilities:
        pytest.skip("no gradients")
    x, weight = rng.normal(size=7).astype("float32"), rng.normal(size=4)

    def loss(t: Any) -> Any:
        re, im = ops.rfft(t)
        return ops.sum(ops.multiply(ops.add(ops.square(re), ops.square(im)), weight.astype("float32")))

    _, (slope,) = gradients(loss, [backend.load(backend_name).tensor(x)])
    for k in range(7):
        step = 1e-6 * np.eye(7)[k]
        sides = [np.sum(np.abs(np.fft.rfft(x + s)) ** 2 * weight) for s in (step, -step)]
        assert numbers(slope)[k] == pytest.approx((sides[0] - sides[1]) / 2e-6, rel=1e-3, abs=1e-3)


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a complex one, or a pair of its parts"):
        ops.fft(np.ones(4, "float32"))
    with pytest.raises(ValueError, match="got 3 tensors, expected a pair"):
        ops.ifft([np.ones(4)] * 3)
    with pytest.raises(ValueError, match="got window='box'"):
        ops.stft(np.ones(16), 4, 2, 4, "box")
    with pytest.raises(ValueError, match=r"window of shape \(3,\), expected \(4,\)"):
        ops.stft(np.ones(16), 4, 2, 4, np.ones(3))
    with pytest.raises(ValueError, match="got sequence_length=8, expected 1 to fft_length=4"):
        ops.istft((np.ones((2, 3)), np.ones((2, 3))), 8, 2, 4)
    with pytest.raises(ValueError, match="expected a known last axis"):
        ops.rfft(KerasTensor((None,)))
