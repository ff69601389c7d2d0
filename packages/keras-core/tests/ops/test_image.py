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


PICTURE = np.arange(12, dtype="float32").reshape(1, 3, 4, 1)


@pytest.mark.parametrize(
    "interpolation, antialias, expected",
    [
        ("bicubic", False, [0.6057, 1.0833, 1.8382, 2.5049, 3.2598, 3.7373, 7.2627, 7.7402, 8.4951, 9.1618]),
        ("lanczos3", False, [0.4293, 0.8645, 1.6862, 2.2995, 3.1212, 3.5565, 7.4435, 7.8788, 8.7005, 9.3138]),
        ("lanczos3", True, [1.0322, 1.4674, 2.2891, 2.9025, 3.7242, 4.1594, 6.8406, 7.2758, 8.0975, 8.7109]),
        ("lanczos5", True, [0.9342, 1.4756, 2.2165, 2.8573, 3.5983, 4.1397, 6.8603, 7.4017, 8.1427, 8.7835]),
    ],
)  # fmt: skip
def test_resized_as_keras_3_does(interpolation: str, antialias: bool, expected: list[float]) -> None:
    """Of the picture 0 to 11, to 2 by 6; the numbers are those of Keras 3.15.1."""
    found = backend.to_numpy(ops.resize(PICTURE, (2, 6), interpolation, antialias, data_format="channels_last"))
    np.testing.assert_allclose(found.ravel()[:10], expected, atol=2e-4)


def test_aspect_ratio_is_kept() -> None:
    def resized(size: tuple[int, int], **options: Any) -> Any:
        return backend.to_numpy(ops.resize(PICTURE, size, data_format="channels_last", **options))[0, ..., 0]

    np.testing.assert_allclose(resized((2, 2), crop_to_aspect_ratio=True), [[1.25, 2.75], [7.25, 8.75]], rtol=1e-5)
    padded = resized((2, 6), pad_to_aspect_ratio=True)
    np.testing.assert_allclose(padded[0], [0, 0.5, 1.8333, 3.1667, 2, 0], atol=1e-4)
    np.testing.assert_allclose(resized((2, 6), pad_to_aspect_ratio=True, fill_value=7.0)[:, 0], 7)
    with pytest.raises(ValueError, match="at most one of both"):
        resized((2, 2), crop_to_aspect_ratio=True, pad_to_aspect_ratio=True)
    with pytest.raises(ValueError, match="expected known sizes"):
        ops.resize(KerasTensor((None, None, None, 3)), (2, 2), crop_to_aspect_ratio=True)


def test_borders(check: Any) -> None:
    last = {"data_format": "channels_last"}
    expected = np.pad(PICTURE, ((0, 0), (1, 1), (2, 3), (0, 0)))
    check("pad_images", PICTURE, 1, 2, 1, 3, expect=expected, **last)
    check("pad_images", PICTURE, 1, 2, target_height=5, target_width=9, expect=expected, **last)
    check("pad_images", PICTURE[0], bottom_padding=1, right_padding=3, target_height=5, target_width=9,
          expect=expected[0], **last)  # fmt: skip
    check("crop_images", PICTURE, 1, 1, target_height=1, target_width=2, expect=PICTURE[:, 1:2, 1:3], **last)
    check("crop_images", PICTURE, 0, 1, 1, 0, expect=PICTURE[:, :2, 1:], **last)
    first = np.moveaxis(PICTURE, -1, 1)
    check("crop_images", first, 1, 1, 0, 1, data_format="channels_first", expect=first[:, :, 1:, 1:3])
    for told in ({}, {"top_cropping": 1}, {"top_cropping": 1, "bottom_cropping": 1, "target_height": 1}):
        with pytest.raises(ValueError, match="expected two of the three"):
            ops.crop_images(PICTURE, left_cropping=0, right_cropping=0, **told, **last)
    with pytest.raises(ValueError, match="got borders of 2 and 2 for axis 1"):
        ops.crop_images(PICTURE, 2, 0, 2, 0, **last)
    with pytest.raises(ValueError, match="got borders of 1 and -2 for axis 1"):
        ops.pad_images(PICTURE, 1, 0, target_height=2, right_padding=0, **last)


@pytest.mark.parametrize("method", ["linear", "cubic", "lanczos3", "lanczos5"])
@pytest.mark.parametrize("antialias", [True, False])
def test_scale_and_translate(method: str, antialias: bool, check: Any, rng: Any) -> None:
    x = rng.standard_normal((2, 5, 6)).astype("float32")
    scale, shift, sizes = np.array([0.6, 1.4], "float32"), np.array([0.2, -0.7], "float32"), (4, 9)

    def kernel(t: Any) -> Any:
        t = np.abs(t)
        if method == "linear":
            return np.maximum(1 - t, 0)
        if method == "cubic":
            near, far = 1.5 * t**3 - 2.5 * t**2 + 1, -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2
            return np.where(t < 1, near, np.where(t < 2, far, 0))
        reach = int(method[-1])
        return np.where(t < reach, np.sinc(t) * np.sinc(t / reach), 0)

    expected = x.astype("float64")
    for axis in (1, 2):
        rows = []
        for k in range(sizes[axis - 1]):
            centre = (k + 0.5 - shift[axis - 1]) / scale[axis - 1] - 0.5
            wide = max(1 / scale[axis - 1], 1) if antialias else 1
            weights = kernel((centre - np.arange(x.shape[axis])) / wide)
            inside = -0.5 <= centre <= x.shape[axis] - 0.5
            rows.append(weights / weights.sum() if inside else np.zeros(x.shape[axis]))
        expected = np.moveaxis(np.tensordot(expected, np.array(rows), ((axis,), (1,))), -1, axis)
    check("scale_and_translate", x, (2, *sizes), scale, shift, (1, 2), method, antialias,
          expect=expected.astype("float32"), tolerance=1e-3)  # fmt: skip


def test_scaling_says_what_it_takes() -> None:
    with pytest.raises(ValueError, match="got method='nearest'"):
        ops.scale_and_translate(PICTURE, (1, 2, 6, 1), [1.0], [0.0], (1,), "nearest")
    with pytest.raises(ValueError, match=r"output_shape=\(2, 2, 6, 1\)"):
        ops.scale_and_translate(PICTURE, (2, 2, 6, 1), np.ones(2), np.ones(2), (1, 2), "linear")
