"""Filters, colour spaces and likeness of pictures, against loops and the standard library."""

from __future__ import annotations

import colorsys
from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, ops


def correlated(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Each channel of (h, w, c) with a kernel, zeros beyond the borders."""
    (kh, kw), (h, w, _) = kernel.shape, x.shape
    padded = np.pad(x, (((kh - 1) // 2, kh // 2), ((kw - 1) // 2, kw // 2), (0, 0)))
    parts = [padded[i : i + h, j : j + w] * kernel[i, j] for i in range(kh) for j in range(kw)]
    return np.sum(parts, 0)


def bell(size: int, sigma: float) -> np.ndarray:
    heights = np.exp(-0.5 * ((np.arange(size) - (size - 1) / 2) / sigma) ** 2)
    return heights / heights.sum()


@pytest.mark.parametrize("size, sigma", [((3, 3), (1.0, 1.0)), ((5, 3), (2.0, 0.5)), ((2, 4), (1.0, 3.0))])
def test_gaussian_blur(size: Any, sigma: Any, check: Any, rng: np.random.Generator) -> None:
    x = rng.normal(size=(2, 6, 5, 3)).astype("float32")
    kernel = np.outer(bell(size[0], sigma[0]), bell(size[1], sigma[1]))
    expected = np.stack([correlated(one, kernel) for one in x]).astype("float32")
    check("gaussian_blur", x, size, sigma, "channels_last", expect=expected)
    check("gaussian_blur", x[0], size, sigma, "channels_last", expect=expected[0])
    first, wanted = np.moveaxis(x, -1, 1), np.moveaxis(expected, -1, 1)
    check("gaussian_blur", first, size, sigma, "channels_first", expect=wanted)


@pytest.mark.parametrize("sides", [(16, 12), (11, 400)])
def test_gaussian_blur_of_many_weights(sides: Any, check: Any, rng: np.random.Generator) -> None:
    x = rng.normal(size=(2, *sides, 3)).astype("float32")
    kernel = np.outer(bell(21, 3.0), bell(12, 2.0))
    expected = np.stack([correlated(one, kernel) for one in x]).astype("float32")
    check("gaussian_blur", x, (21, 12), (3.0, 2.0), "channels_last", expect=expected)
    first, wanted = np.moveaxis(x, -1, 1), np.moveaxis(expected, -1, 1)
    check("gaussian_blur", first, (21, 12), (3.0, 2.0), "channels_first", expect=wanted)


def test_sobel(check: Any, rng: np.random.Generator) -> None:
    x = rng.normal(size=(2, 5, 6, 2)).astype("float32")
    down = np.outer([-1, 0, 1], [1, 2, 1])
    expected = np.stack([[correlated(one, k) for one in x] for k in (down, down.T)], -1).astype("float32")
    check("sobel_edges", x, "channels_last", expect=expected)
    check("sobel_edges", np.moveaxis(x, -1, 1), "channels_first", expect=np.moveaxis(expected, -2, 1))


@pytest.mark.parametrize("size, most", [(11, 1.0), (7, 2.0)])
def test_ssim(size: int, most: float, check: Any, rng: np.random.Generator) -> None:
    a, b = rng.random((2, 2, 13, 14, 3)).astype("float32")
    window = np.outer(bell(size, 1.5), bell(size, 1.5))[:, :, None]
    expected = []
    for x, y in zip(a.astype(float), b.astype(float), strict=True):
        values = []
        for i, j in np.ndindex(14 - size, 15 - size):
            p, q = x[i : i + size, j : j + size], y[i : i + size, j : j + size]
            m, n = (window * p).sum((0, 1)), (window * q).sum((0, 1))
            vp, vq = (window * (p - m) ** 2).sum((0, 1)), (window * (q - n) ** 2).sum((0, 1))
            both = (window * (p - m) * (q - n)).sum((0, 1))
            c1, c2 = (0.01 * most) ** 2, (0.03 * most) ** 2
            values.append((2 * m * n + c1) * (2 * both + c2) / ((m**2 + n**2 + c1) * (vp + vq + c2)))
        expected.append(np.mean(values))
    wanted = np.array(expected, "float32")
    check("ssim", a, b, most, size, data_format="channels_last", expect=wanted, tolerance=1e-4)
    check("ssim", a[0], b[0], most, size, data_format="channels_last", expect=wanted[0], tolerance=1e-4)
    assert float(ops.ssim(a[0], a[0], data_format="channels_last")) == pytest.approx(1, abs=1e-5)


def test_colours(check: Any, rng: np.random.Generator) -> None:
    x = np.concatenate([rng.random((20, 3)), [[0, 0, 0], [1, 1, 1], [1, 0, 0], [0.5, 0.5, 0.2], [0.2, 0.2, 0.9]]])
    x = x.astype("float32").reshape(5, 5, 3)
    hsv = np.array([colorsys.rgb_to_hsv(*one) for one in x.reshape(-1, 3).tolist()], "float32").reshape(x.shape)
    check("rgb_to_hsv", x, "channels_last", expect=hsv)
    check("hsv_to_rgb", hsv, "channels_last", expect=x)
    check("rgb_to_hsv", np.moveaxis(x[None], -1, 1), "channels_first", expect=np.moveaxis(hsv[None], -1, 1))


def test_errors() -> None:
    with pytest.raises(ValueError, match="expected 3 channels of floats"):
        ops.rgb_to_hsv(np.zeros((4, 4, 3), "uint8"), "channels_last")
    with pytest.raises(ValueError, match="expected 3 channels of floats"):
        ops.hsv_to_rgb(KerasTensor((4, 4, 2)), "channels_last")
    with pytest.raises(ValueError, match="expected rank 3"):
        ops.sobel_edges(KerasTensor((4, 4)))
    with pytest.raises(ValueError, match=r"sigma=\(0, 1\), expected positive ones"):
        ops.gaussian_blur(KerasTensor((4, 4, 2)), sigma=(0, 1))
    with pytest.raises(ValueError, match="expected sides of 11 or more"):
        ops.ssim(KerasTensor((4, 4, 2)), KerasTensor((4, 4, 2)), data_format="channels_last")
