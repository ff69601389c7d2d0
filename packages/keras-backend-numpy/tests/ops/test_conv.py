"""Convolution and pooling against loops over every output place."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from keras_backend_numpy.ops.conv import average_pool, conv, conv_transpose, max_pool
from keras_core import dtypes

RNG = np.random.default_rng(0)


def pad_same(x: Any, reach: list[int], strides: list[int], value: float) -> Any:
    pairs = []
    for n, r, s in zip(x.shape[1:-1], reach, strides, strict=True):
        total = max((-(-n // s) - 1) * s + r - n, 0)
        pairs.append((total // 2, total - total // 2))
    return np.pad(x, [(0, 0), *pairs, (0, 0)], constant_values=value)


def conv_by_loops(x: Any, kernel: Any, strides: list[int], padding: str, dilation: list[int]) -> Any:
    size = kernel.shape[:-2]
    reach = [(k - 1) * d + 1 for k, d in zip(size, dilation, strict=True)]
    if padding == "same":
        x = pad_same(x, reach, strides, 0)
    places = [(n - r) // s + 1 for n, r, s in zip(x.shape[1:-1], reach, strides, strict=True)]
    per_group, filters = kernel.shape[-2:]
    groups = x.shape[-1] // per_group
    result = np.zeros((len(x), *places, filters))
    for place in itertools.product(*map(range, places)):
        for f in range(filters):
            channels = slice(f // (filters // groups) * per_group, (f // (filters // groups) + 1) * per_group)
            for tap in itertools.product(*map(range, size)):
                at = [p * s + t * d for p, s, t, d in zip(place, strides, tap, dilation, strict=True)]
                result[(slice(None), *place, f)] += x[(slice(None), *at, channels)] @ kernel[(*tap, slice(None), f)]
    return result


@pytest.mark.parametrize(
    ("x", "kernel", "strides", "padding", "dilation"),
    [
        ((2, 7, 3), (3, 3, 4), [1], "valid", [1]),
        ((2, 7, 3), (2, 3, 4), [2], "same", [2]),
        ((2, 6, 7, 4), (3, 2, 2, 6), [2, 1], "same", [1, 1]),
        ((1, 6, 5, 3), (2, 3, 1, 6), [1, 1], "valid", [2, 1]),
        ((1, 4, 5, 4, 2), (2, 2, 2, 2, 3), [1, 2, 1], "same", [1, 1, 1]),
    ],
    ids=str,
)
def test_conv(x: Any, kernel: Any, strides: list[int], padding: str, dilation: list[int]) -> None:
    x, kernel = RNG.normal(size=x), RNG.normal(size=kernel)
    expected = conv_by_loops(x, kernel, strides, padding, dilation)
    np.testing.assert_allclose(conv(x, kernel, strides, padding, "channels_last", dilation), expected, atol=1e-12)
    first = conv(np.moveaxis(x, -1, 1), kernel, strides, padding, "channels_first", dilation)
    np.testing.assert_allclose(np.moveaxis(first, 1, -1), expected, atol=1e-12)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("stride", "size", "dilation"), [(1, 3, 1), (2, 3, 1), (3, 2, 1), (1, 2, 2), (4, 2, 1)])
def test_conv_transpose_is_the_adjoint_of_conv(stride: int, size: int, dilation: int, padding: str) -> None:
    """<conv(y), x> = <y, conv_transpose(x)>, for outputs of the default length."""
    x, kernel = RNG.normal(size=(2, 5, 4)), RNG.normal(size=(size, 3, 4))
    y = conv_transpose(x, kernel, stride, padding, None, "channels_last", dilation)
    reach = (size - 1) * dilation + 1
    assert y.shape == (2, 5 * stride + (max(reach - stride, 0) if padding == "valid" else 0), 3)
    probe = RNG.normal(size=y.shape)
    forward = conv(probe, kernel, stride, padding, "channels_last", dilation)
    np.testing.assert_allclose(np.vdot(forward, x), np.vdot(probe, y))


@pytest.mark.parametrize(("padding", "extra", "length"), [("valid", 0, 11), ("valid", 1, 12), ("same", 1, 10)])
def test_output_padding_sets_the_length(padding: str, extra: int, length: int) -> None:
    y = conv_transpose(np.ones((1, 5, 1)), np.ones((3, 1, 1)), 2, padding, extra, "channels_last")
    assert y.shape == (1, length, 1)


def pool_by_loops(x: Any, size: list[int], strides: list[int], padding: str, function: Any) -> Any:
    if padding == "same":
        x = pad_same(x, size, strides, np.nan)
    places = [(n - k) // s + 1 for n, k, s in zip(x.shape[1:-1], size, strides, strict=True)]
    result = np.zeros((len(x), *places, x.shape[-1]))
    for place in itertools.product(*map(range, places)):
        window = [slice(p * s, p * s + k) for p, s, k in zip(place, strides, size, strict=True)]
        result[(slice(None), *place)] = function(x[(slice(None), *window)], tuple(range(1, len(size) + 1)))
    return result


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("size", "strides"), [([2], [2]), ([3, 2], [1, 2]), ([2, 2, 2], [2, 1, 2])])
def test_pooling(size: list[int], strides: list[int], padding: str) -> None:
    x = RNG.normal(size=(2, *(5, 6, 4)[: len(size)], 3))
    for op, function in ((max_pool, np.nanmax), (average_pool, np.nanmean)):
        expected = pool_by_loops(x, size, strides, padding, function)
        np.testing.assert_allclose(op(x, size, strides, padding, "channels_last"), expected)
        first = op(np.moveaxis(x, -1, 1), size, strides, padding, "channels_first")
        np.testing.assert_allclose(np.moveaxis(first, 1, -1), expected)


def test_strides_of_a_pool_are_its_size_by_default() -> None:
    x = np.arange(6.0).reshape(1, 6, 1)
    assert max_pool(x, 2, data_format="channels_last").ravel().tolist() == [1, 3, 5]


def test_max_pool_of_ints_pads_with_the_lowest() -> None:
    x = np.full((1, 3, 1), -7, "int32")
    assert max_pool(x, 2, 1, "same", "channels_last").ravel().tolist() == [-7, -7, -7]


def test_16_bit_floats_are_computed_in_float32() -> None:
    bfloat16 = dtypes.numpy_dtype("bfloat16")
    x, kernel = np.full((1, 300, 1), 1, bfloat16), np.ones((300, 1, 1), bfloat16)
    y = conv(x, kernel, data_format="channels_last")
    assert y.dtype == bfloat16 and float(y[0, 0, 0]) == 300
