"""Resizing and upsampling, against interpolation written out in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, ops


def bilinear(x: Any, axis: int, length: int) -> Any:
    """Linear interpolation between pixel centres, flat beyond the outermost."""
    old = x.shape[axis]
    centres = np.clip((np.arange(length) + 0.5) * old / length - 0.5, 0, old - 1)
    low = np.floor(centres).astype(int)
    share = (centres - low).reshape([-1 if k == axis else 1 for k in range(x.ndim)])
    return np.take(x, low, axis) * (1 - share) + np.take(x, np.minimum(low + 1, old - 1), axis) * share


@pytest.mark.parametrize("size", [(8, 6), (3, 2), (4, 5), (1, 1)])
def test_bilinear(size: tuple[int, int], check: Any, rng: Any) -> None:
    x = rng.standard_normal((2, 4, 5, 3)).astype("float32")
    expected = bilinear(bilinear(x, 1, size[0]), 2, size[1]).astype("float32")
    check("resize", x, size, expect=expected)
    check("resize", x[0], size, expect=expected[0])
    first = np.moveaxis(x, -1, 1).copy()
    check("resize", first, size, data_format="channels_first", expect=np.moveaxis(expected, -1, 1))


@pytest.mark.parametrize("size", [(8, 10), (2, 3), (4, 5)])
def test_nearest(size: tuple[int, int], check: Any) -> None:
    x = np.arange(20, dtype="int32").reshape(1, 4, 5, 1)
    rows = ((np.arange(size[0]) + 0.5) * 4 / size[0]).astype(int)
    columns = ((np.arange(size[1]) + 0.5) * 5 / size[1]).astype(int)
    check("resize", x, size, "nearest", expect=x[:, rows][:, :, columns])


def test_bicubic_keeps_polynomials_inside() -> None:
    """Keys' kernel reproduces quadratics away from the border."""
    line = np.arange(12, dtype="float32") ** 2
    x = np.tile(line[None, :, None, None], (1, 1, 2, 1))
    result = backend.to_numpy(ops.resize(x, (24, 2), "bicubic"))[0, :, 0, 0]
    centres = (np.arange(24) + 0.5) / 2 - 0.5
    np.testing.assert_allclose(result[4:-4], centres[4:-4] ** 2, 1e-4)


def test_antialias_averages() -> None:
    x = np.arange(8, dtype="float32").reshape(1, 8, 1, 1)
    result = backend.to_numpy(ops.resize(x, (1, 1), antialias=True)).ravel()
    np.testing.assert_allclose(result, 3.5, 1e-5)
    constant = np.ones((1, 7, 5, 2), "float32")
    np.testing.assert_allclose(backend.to_numpy(ops.resize(constant, (3, 2), "bicubic", True)), 1, 1e-5)


def test_bytes_are_rounded_and_kept_in_range(check: Any) -> None:
    x = np.array([0, 255], "uint8").reshape(1, 2, 1, 1)
    expect = np.array([0, 64, 191, 255], "uint8").reshape(1, 4, 1, 1)
    check("resize", x, (4, 1), expect=expect)


def test_unknown_sizes() -> None:
    from keras_core import Function

    x = KerasTensor((None, None, None, 3))
    assert ops.resize(x, (4, 5)).shape == (None, 4, 5, 3)
    assert ops.upsample(x, 2).shape == (None, None, None, 3)
    array = np.arange(24, dtype="float32").reshape(1, 2, 4, 3)
    model = Function([x], ops.resize(x, (4, 8)))
    result = backend.to_numpy(model(array))
    np.testing.assert_allclose(result, bilinear(bilinear(array, 1, 4), 2, 8), 1e-5)


def test_upsample(check: Any) -> None:
    x = np.arange(6, dtype="float32").reshape(1, 2, 3, 1)
    check("upsample", x, (2, 1), expect=np.repeat(x, 2, 1))
    check("upsample", x[:, :, 0], 3, expect=np.repeat(x[:, :, 0], 3, 1))


def test_grayscale(check: Any) -> None:
    x = np.arange(12, dtype="float32").reshape(1, 2, 2, 3)
    check("rgb_to_grayscale", x, expect=(x @ np.array([0.2989, 0.587, 0.114], "float32"))[..., None])


def test_arguments_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="interpolation='cubic'"):
        ops.resize(KerasTensor((1, 2, 2, 3)), (4, 4), "cubic")
    with pytest.raises(ValueError, match="resize got rank 2"):
        ops.resize(KerasTensor((2, 2)), (4, 4))


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_blocks_as_channels(data_format: str, check: Any) -> None:
    x = np.arange(16, dtype="float32").reshape(1, 4, 4, 1)
    deep = np.stack([x[:, i::2, j::2, 0] for i in (0, 1) for j in (0, 1)], -1)
    if data_format == "channels_first":
        x, deep = np.moveaxis(x, -1, 1).copy(), np.moveaxis(deep, -1, 1).copy()
    check("space_to_depth", x, 2, data_format, expect=deep)
    check("depth_to_space", deep, 2, data_format, expect=x)
    with pytest.raises(ValueError, match="multiple of 3"):
        ops.space_to_depth(KerasTensor((1, 4, 4, 1)), 3)


def test_psnr(check: Any) -> None:
    a, b = np.zeros((2, 2), "float32"), np.full((2, 2), 0.1, "float32")
    check("psnr", a, b, 1.0, expect=np.array(20, "float32"))
