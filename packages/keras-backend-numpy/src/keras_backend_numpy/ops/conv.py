"""Convolutions as one matrix product over all windows (im2col), and pooling over the same windows."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core import config, dtypes
from numpy.lib.stride_tricks import sliding_window_view

from keras_backend_numpy.framework import widen


def _each(size: Any, count: int) -> tuple[int, ...]:
    return (int(size),) * count if isinstance(size, (int, np.integer)) else tuple(int(n) for n in size)


def _last(x: Any, data_format: str | None) -> tuple[Any, bool]:
    """Inputs with channels last, and whether they had them first."""
    first = (data_format or config.image_data_format()) == "channels_first"
    return (np.moveaxis(x, 1, -1) if first else x), first


def _back(x: Any, first: bool) -> Any:
    return np.moveaxis(x, -1, 1) if first else x


def _same_padding(length: int, reach: int, stride: int) -> tuple[int, int]:
    total = max((-(-length // stride) - 1) * stride + reach - length, 0)
    return total // 2, total - total // 2


def _pad_space(x: Any, pairs: list[tuple[int, int]], value: Any = 0) -> Any:
    """Pad (or with negative numbers crop) the spatial axes of channels-last inputs."""
    if not any(any(pair) for pair in pairs):
        return x
    x = np.pad(x, [(0, 0), *((max(a, 0), max(b, 0)) for a, b in pairs), (0, 0)], constant_values=value)
    crop = [slice(max(-a, 0), n - max(-b, 0)) for (a, b), n in zip(pairs, x.shape[1:-1], strict=True)]
    return x[(slice(None), *crop)]


def _windows(x: Any, window: tuple[int, ...], strides: tuple[int, ...], dilation: tuple[int, ...]) -> Any:
    """A view (batch, *places, channels, *window) of channels-last inputs."""
    count = len(window)
    reach = tuple((w - 1) * d + 1 for w, d in zip(window, dilation, strict=True))
    view = sliding_window_view(x, reach, tuple(range(1, count + 1)))
    steps = tuple(slice(None, None, s) for s in strides)
    return view[(slice(None), *steps, slice(None), *(slice(None, None, d) for d in dilation))]


def _product(x: Any, kernel: Any, strides: tuple[int, ...], dilation: tuple[int, ...]) -> Any:
    """Convolution without padding: windows times kernel, group by group."""
    count = kernel.ndim - 2
    windows = _windows(x, kernel.shape[:count], strides, dilation)
    windows = np.moveaxis(windows, count + 1, -1)
    batch, places = windows.shape[0], windows.shape[1 : count + 1]
    per_group = kernel.shape[-2]
    groups = windows.shape[-1] // per_group
    filters = kernel.shape[-1] // groups
    parts = []
    for group in range(groups):
        rows = windows[..., group * per_group : (group + 1) * per_group].reshape(batch * int(np.prod(places)), -1)
        columns = kernel[..., group * filters : (group + 1) * filters].reshape(-1, filters)
        parts.append(rows @ columns)
    return np.concatenate(parts, -1).reshape(batch, *places, groups * filters)


def conv(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    count = kernel.ndim - 2
    steps, dilation = _each(strides, count), _each(dilation_rate, count)
    x, first = _last(widen(inputs), data_format)
    if padding == "same":
        reach = [(w - 1) * d + 1 for w, d in zip(kernel.shape[:count], dilation, strict=True)]
        x = _pad_space(x, [_same_padding(*one) for one in zip(x.shape[1:-1], reach, steps, strict=True)])
    return _back(_product(x, widen(kernel), steps, dilation), first).astype(inputs.dtype, copy=False)


def _transposed_length(n: int, reach: int, stride: int, padding: str, extra: int | None) -> int:
    if extra is None:
        return n * stride + (max(reach - stride, 0) if padding == "valid" else 0)
    return (n - 1) * stride + reach - (2 * (reach // 2) if padding == "same" else 0) + extra


def conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    count = kernel.ndim - 2
    steps, dilation = _each(strides, count), _each(dilation_rate, count)
    extra = (None,) * count if output_padding is None else _each(output_padding, count)
    x, first = _last(widen(inputs), data_format)
    spread = np.zeros(
        (x.shape[0], *((n - 1) * s + 1 for n, s in zip(x.shape[1:-1], steps, strict=True)), x.shape[-1]), x.dtype
    )
    spread[(slice(None), *(slice(None, None, s) for s in steps))] = x
    pairs = []
    for k in range(count):
        reach = (kernel.shape[k] - 1) * dilation[k] + 1
        length = _transposed_length(x.shape[k + 1], reach, steps[k], padding, extra[k])
        covered = spread.shape[k + 1] + reach - 1
        before = max(covered - length, 0) // 2 if padding == "same" else 0
        left = reach - 1 - before
        pairs.append((left, length + reach - 1 - left - spread.shape[k + 1]))
    turned = np.swapaxes(np.flip(widen(kernel), tuple(range(count))), -1, -2)
    result = _product(_pad_space(spread, pairs), turned, (1,) * count, dilation)
    return _back(result, first).astype(inputs.dtype, copy=False)


def _pooled(inputs: Any, pool_size: Any, strides: Any, padding: str, data_format: str | None, value: Any) -> Any:
    """Windows of the inputs, padded with `value`, as (batch, *places, channels, *window)."""
    count = inputs.ndim - 2
    window = _each(pool_size, count)
    steps = window if strides is None else _each(strides, count)
    x, first = _last(inputs, data_format)
    if padding == "same":
        pairs = [_same_padding(*one) for one in zip(x.shape[1:-1], window, steps, strict=True)]
        x = _pad_space(x, pairs, value)
    return _windows(x, window, steps, (1,) * count), first


def _window_axes(inputs: Any) -> tuple[int, ...]:
    return tuple(range(-(inputs.ndim - 2), 0))


def max_pool(
    inputs: Any, pool_size: Any, strides: Any = None, padding: str = "valid", data_format: str | None = None
) -> Any:
    lowest = -np.inf if dtypes.is_float(inputs.dtype) else dtypes.limits(inputs.dtype)[0]
    windows, first = _pooled(inputs, pool_size, strides, padding, data_format, lowest)
    return _back(windows.max(_window_axes(inputs)), first)


def average_pool(
    inputs: Any, pool_size: Any, strides: Any = None, padding: str = "valid", data_format: str | None = None
) -> Any:
    axes = _window_axes(inputs)
    x = widen(inputs)
    windows, first = _pooled(x, pool_size, strides, padding, data_format, 0)
    if padding == "valid":
        result = windows.mean(axes)
    else:
        counts, _ = _pooled(np.ones_like(x), pool_size, strides, padding, data_format, 0)
        result = windows.sum(axes) / counts.sum(axes)
    return _back(result, first).astype(inputs.dtype, copy=False)


OPS = {"conv": conv, "conv_transpose": conv_transpose, "max_pool": max_pool, "average_pool": average_pool}
