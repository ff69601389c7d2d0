"""Convolutions as one matrix product over all windows (im2col), and pooling over the same windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes
from keras_core.backend.toolkit import channels_first, dilated_size, each_axis, same_padding, transposed_padding
from numpy.lib.stride_tricks import sliding_window_view

from keras_backend_numpy.framework import widen

if TYPE_CHECKING:
    from keras_core.typing import DataFormat


def _last(x: Any, data_format: DataFormat) -> tuple[Any, bool]:
    """Inputs with channels last, and whether they had them first."""
    first = channels_first(data_format)
    return (np.moveaxis(x, 1, -1) if first else x), first


def _back(x: Any, first: bool) -> Any:
    return np.moveaxis(x, -1, 1) if first else x


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
    reach = tuple(map(dilated_size, window, dilation))
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
    data_format: DataFormat = None,
    dilation_rate: Any = 1,
) -> Any:
    count = kernel.ndim - 2
    steps, dilation = each_axis(strides, count), each_axis(dilation_rate, count)
    x, first = _last(widen(inputs), data_format)
    if padding == "same":
        x = _pad_space(x, list(map(same_padding, x.shape[1:-1], kernel.shape[:count], steps, dilation)))
    return _back(_product(x, widen(kernel), steps, dilation), first).astype(inputs.dtype, copy=False)


def conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    data_format: DataFormat = None,
    dilation_rate: Any = 1,
) -> Any:
    count = kernel.ndim - 2
    steps, dilation = each_axis(strides, count), each_axis(dilation_rate, count)
    extra = (None,) * count if output_padding is None else each_axis(output_padding, count)
    x, first = _last(widen(inputs), data_format)
    spread = np.zeros(
        (x.shape[0], *((n - 1) * s + 1 for n, s in zip(x.shape[1:-1], steps, strict=True)), x.shape[-1]), x.dtype
    )
    spread[(slice(None), *(slice(None, None, s) for s in steps))] = x
    pairs = [
        transposed_padding(n, size, step, padding, more, rate)
        for n, size, step, more, rate in zip(x.shape[1:-1], kernel.shape[:count], steps, extra, dilation, strict=True)
    ]
    flipped = np.swapaxes(np.flip(widen(kernel), tuple(range(count))), -1, -2)
    result = _product(_pad_space(spread, pairs), flipped, (1,) * count, dilation)
    return _back(result, first).astype(inputs.dtype, copy=False)


def _pooled(inputs: Any, pool_size: Any, strides: Any, padding: str, data_format: DataFormat, value: Any) -> Any:
    """Windows of the inputs, padded with `value`, as (batch, *places, channels, *window)."""
    count = inputs.ndim - 2
    window = each_axis(pool_size, count)
    steps = window if strides is None else each_axis(strides, count)
    x, first = _last(inputs, data_format)
    if padding == "same":
        pairs = list(map(same_padding, x.shape[1:-1], window, steps))
        x = _pad_space(x, pairs, value)
    return _windows(x, window, steps, (1,) * count), first


def _window_axes(inputs: Any) -> tuple[int, ...]:
    return tuple(range(-(inputs.ndim - 2), 0))


def max_pool(
    inputs: Any, pool_size: Any, strides: Any = None, padding: str = "valid", data_format: DataFormat = None
) -> Any:
    lowest = -np.inf if dtypes.is_float(inputs.dtype) else dtypes.limits(inputs.dtype)[0]
    windows, first = _pooled(inputs, pool_size, strides, padding, data_format, lowest)
    return _back(windows.max(_window_axes(inputs)), first)


def average_pool(
    inputs: Any, pool_size: Any, strides: Any = None, padding: str = "valid", data_format: DataFormat = None
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
