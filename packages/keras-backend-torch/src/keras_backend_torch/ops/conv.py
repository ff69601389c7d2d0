"""Convolutions and pooling. PyTorch wants channels before space; last in memory is as good to its kernels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from keras_core import config
from keras_core.typing import DataFormat, Size, Tensor

from keras_backend_torch.framework import torch
from keras_backend_torch.ops.shapes import constant

_F = torch.nn.functional
_CONV: dict[int, Callable[..., Tensor]] = {1: torch.conv1d, 2: torch.conv2d, 3: torch.conv3d}
_TRANSPOSE: dict[int, Callable[..., Tensor]] = {
    1: torch.conv_transpose1d,
    2: torch.conv_transpose2d,
    3: torch.conv_transpose3d,
}
_MAX: dict[int, Callable[..., Tensor]] = {1: _F.max_pool1d, 2: _F.max_pool2d, 3: _F.max_pool3d}
_AVERAGE: dict[int, Callable[..., Tensor]] = {1: _F.avg_pool1d, 2: _F.avg_pool2d, 3: _F.avg_pool3d}


def _each(size: Size, count: int) -> list[int]:
    return [size] * count if isinstance(size, int) else [int(one) for one in size]


def _first(data_format: DataFormat) -> bool:
    return (data_format or config.image_data_format()) == "channels_first"


def _channels_first(x: Tensor, data_format: DataFormat) -> Tensor:
    return x if _first(data_format) else x.movedim(-1, 1)


def _restored(x: Tensor, data_format: DataFormat) -> Tensor:
    return x if _first(data_format) else x.movedim(1, -1)


def _same(sizes: Sequence[int], reach: Sequence[int], steps: Sequence[int]) -> list[tuple[int, int]]:
    """Padding before and behind each axis so that an output has ceil(size / step) places."""
    totals = [max((-(-n // s) - 1) * s + w - n, 0) for n, w, s in zip(sizes, reach, steps, strict=True)]
    return [(total // 2, total - total // 2) for total in totals]


def _padded(x: Tensor, pairs: Sequence[tuple[int, int]], value: Any = 0) -> Tensor:
    return _F.pad(x, [size for pair in reversed(pairs) for size in pair], value=value)


def conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: Size = 1,
    padding: str = "valid",
    data_format: DataFormat = None,
    dilation_rate: Size = 1,
) -> Tensor:
    count = inputs.dim() - 2
    steps, dilation = _each(strides, count), _each(dilation_rate, count)
    x = _channels_first(inputs, data_format)
    weight = kernel.permute(count + 1, count, *range(count))
    groups, left = divmod(x.shape[1], weight.shape[1])
    if left:
        raise ValueError(f"got {x.shape[1]} channels for a kernel of {weight.shape[1]}.")
    ends = [0] * count
    if padding == "same":
        reach = [(n - 1) * d + 1 for n, d in zip(kernel.shape, dilation, strict=False)]
        pairs = _same(x.shape[2:], reach, steps)
        if all(before == behind for before, behind in pairs):
            ends = [before for before, _ in pairs]
        else:
            x = _padded(x, pairs)
    return _restored(_CONV[count](x, weight, None, steps, ends, dilation, groups), data_format)


def conv_transpose(
    inputs: Tensor,
    kernel: Tensor,
    strides: Size = 1,
    padding: str = "valid",
    output_padding: Size | None = None,
    data_format: DataFormat = None,
    dilation_rate: Size = 1,
) -> Tensor:
    """The whole transposed convolution, cut or filled up to the size wanted."""
    count = inputs.dim() - 2
    steps, dilation = _each(strides, count), _each(dilation_rate, count)
    extra: list[Any] = [None] * count if output_padding is None else list(_each(output_padding, count))
    x = _channels_first(inputs, data_format)
    weight = kernel.permute(count + 1, count, *range(count))
    result = _TRANSPOSE[count](x, weight, None, steps, 0, 0, 1, dilation)
    pairs = []
    for axis in range(count):
        reach = (kernel.shape[axis] - 1) * dilation[axis] + 1
        have = result.shape[axis + 2]
        want = _transposed_length(x.shape[axis + 2], reach, steps[axis], padding, extra[axis])
        before = max(have - want, 0) // 2 if padding == "same" else 0
        pairs.append((-before, want - have + before))
    if any(any(pair) for pair in pairs):
        result = _padded(result, pairs)
    return _restored(result, data_format)


def _transposed_length(size: int, reach: int, step: int, padding: str, extra: int | None) -> int:
    if extra is None:
        return size * step + (max(reach - step, 0) if padding == "valid" else 0)
    return (size - 1) * step + reach + extra - (2 * (reach // 2) if padding == "same" else 0)


# -- pooling


def _windows(x: Tensor, window: Sequence[int], steps: Sequence[int]) -> Tensor:
    """A view (batch, channels, *places, *window)."""
    for axis, (size, step) in enumerate(zip(window, steps, strict=True), 2):
        x = x.unfold(axis, size, step)
    return x


def _prepared(
    inputs: Tensor, pool_size: Size, strides: Size | None, padding: str, data_format: DataFormat
) -> tuple[Tensor, list[int], list[int], list[tuple[int, int]]]:
    count = inputs.dim() - 2
    window = _each(pool_size, count)
    steps = window if strides is None else _each(strides, count)
    x = _channels_first(inputs, data_format)
    pairs = _same(x.shape[2:], window, steps) if padding == "same" else [(0, 0)] * count
    if any(n + a + b < w for n, (a, b), w in zip(x.shape[2:], pairs, window, strict=True)):
        raise ValueError(f"got windows of {tuple(window)} for space of {tuple(x.shape[2:])}.")
    return x, window, steps, pairs


def max_pool(
    inputs: Tensor,
    pool_size: Size,
    strides: Size | None = None,
    padding: str = "valid",
    data_format: DataFormat = None,
) -> Tensor:
    x, window, steps, pairs = _prepared(inputs, pool_size, strides, padding, data_format)
    ends = [0] * len(window)
    if all(before == behind for before, behind in pairs):
        ends = [before for before, _ in pairs]
    else:
        lowest = -torch.inf if x.is_floating_point() else torch.iinfo(x.dtype).min
        x = _padded(x, pairs, lowest)
    if x.is_floating_point():
        return _restored(_MAX[len(window)](x, window, steps, ends), data_format)
    if any(ends):
        x = _padded(x, [(end, end) for end in ends], torch.iinfo(x.dtype).min)
    return _restored(torch.amax(_windows(x, window, steps), list(range(-len(window), 0))), data_format)


def average_pool(
    inputs: Tensor,
    pool_size: Size,
    strides: Size | None = None,
    padding: str = "valid",
    data_format: DataFormat = None,
) -> Tensor:
    if inputs.is_floating_point() and inputs.dtype.itemsize < 4 and inputs.device.type == "cpu":  # no kernels
        return average_pool(inputs.float(), pool_size, strides, padding, data_format).to(inputs.dtype)
    x, window, steps, pairs = _prepared(inputs, pool_size, strides, padding, data_format)
    kernel = _AVERAGE[len(window)]
    if all(before == behind for before, behind in pairs):
        ends = [before for before, _ in pairs]
        return _restored(kernel(x, window, steps, ends, False, False), data_format)
    share = _windows(_counted(x.shape[2:], pairs), window, steps).mean(list(range(-len(window), 0)))
    result = kernel(_padded(x, pairs), window, steps) / share.to(x.dtype)
    return _restored(result, data_format)


def _counted(sizes: Sequence[int], pairs: Sequence[tuple[int, int]]) -> Tensor:
    """Ones where there is data, zeros where there is padding."""
    return constant(np.pad(np.ones((1, 1, *sizes), "float32"), [(0, 0), (0, 0), *pairs]))
