"""Convolutions and pooling.

PyTorch's kernels take channels before the spatial axes; the layout in memory may be channels last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.backend.toolkit import channels_first, each_axis, same_padding, transposed_length

from keras_backend_torch.framework import torch
from keras_backend_torch.ops.shapes import constant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import DataFormat, Size, Tensor

_F = torch.nn.functional
_CONV: dict[int, Callable[..., Tensor]] = {1: torch.conv1d, 2: torch.conv2d, 3: torch.conv3d}
_TRANSPOSE: dict[int, Callable[..., Tensor]] = {
    1: torch.conv_transpose1d,
    2: torch.conv_transpose2d,
    3: torch.conv_transpose3d,
}
_MAX: dict[int, Callable[..., Tensor]] = {1: _F.max_pool1d, 2: _F.max_pool2d, 3: _F.max_pool3d}
_AVERAGE: dict[int, Callable[..., Tensor]] = {1: _F.avg_pool1d, 2: _F.avg_pool2d, 3: _F.avg_pool3d}


def _to_channels_first(x: Tensor, data_format: DataFormat) -> Tensor:
    return x if channels_first(data_format) else x.movedim(-1, 1)


def _from_channels_first(x: Tensor, data_format: DataFormat) -> Tensor:
    return x if channels_first(data_format) else x.movedim(1, -1)


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
    steps, dilation = each_axis(strides, count), each_axis(dilation_rate, count)
    x = _to_channels_first(inputs, data_format)
    weight = kernel.permute(count + 1, count, *range(count))
    groups, left = divmod(x.shape[1], weight.shape[1])
    if left:
        raise ValueError(f"got {x.shape[1]} channels for a kernel of {weight.shape[1]}.")
    ends = [0] * count
    if padding == "same":
        pairs = list(map(same_padding, x.shape[2:], kernel.shape, steps, dilation))
        if all(before == after for before, after in pairs):
            ends = [before for before, _ in pairs]
        else:
            x = _padded(x, pairs)
    return _from_channels_first(_CONV[count](x, weight, None, steps, ends, dilation, groups), data_format)


def conv_transpose(
    inputs: Tensor,
    kernel: Tensor,
    strides: Size = 1,
    padding: str = "valid",
    output_padding: Size | None = None,
    data_format: DataFormat = None,
    dilation_rate: Size = 1,
) -> Tensor:
    """The full transposed convolution, cropped or padded to the length of the op."""
    count = inputs.dim() - 2
    steps, dilation = each_axis(strides, count), each_axis(dilation_rate, count)
    extra: list[Any] = [None] * count if output_padding is None else list(each_axis(output_padding, count))
    x = _to_channels_first(inputs, data_format)
    weight = kernel.permute(count + 1, count, *range(count))
    result = _TRANSPOSE[count](x, weight, None, steps, 0, 0, 1, dilation)
    pairs = []
    for axis in range(count):
        have, size = result.shape[axis + 2], x.shape[axis + 2]
        want = transposed_length(size, kernel.shape[axis], steps[axis], padding, extra[axis], dilation[axis])
        before = max(have - want, 0) // 2 if padding == "same" else 0
        pairs.append((-before, want - have + before))
    if any(any(pair) for pair in pairs):
        result = _padded(result, pairs)
    return _from_channels_first(result, data_format)


# -- pooling


def _windows(x: Tensor, window: Sequence[int], steps: Sequence[int]) -> Tensor:
    """A view (batch, channels, *places, *window)."""
    for axis, (size, step) in enumerate(zip(window, steps, strict=True), 2):
        x = x.unfold(axis, size, step)
    return x


def _prepared(
    inputs: Tensor, pool_size: Size, strides: Size | None, padding: str, data_format: DataFormat
) -> tuple[Tensor, tuple[int, ...], tuple[int, ...], list[tuple[int, int]]]:
    count = inputs.dim() - 2
    window = each_axis(pool_size, count)
    steps = window if strides is None else each_axis(strides, count)
    x = _to_channels_first(inputs, data_format)
    pairs = list(map(same_padding, x.shape[2:], window, steps)) if padding == "same" else [(0, 0)] * count
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
    if all(before == after for before, after in pairs):
        ends = [before for before, _ in pairs]
    else:
        lowest = -torch.inf if x.is_floating_point() else torch.iinfo(x.dtype).min
        x = _padded(x, pairs, lowest)
    if x.is_floating_point():
        return _from_channels_first(_MAX[len(window)](x, window, steps, ends), data_format)
    if any(ends):
        x = _padded(x, [(end, end) for end in ends], torch.iinfo(x.dtype).min)
    return _from_channels_first(torch.amax(_windows(x, window, steps), list(range(-len(window), 0))), data_format)


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
    if all(before == after for before, after in pairs):
        ends = [before for before, _ in pairs]
        return _from_channels_first(kernel(x, window, steps, ends, False, False), data_format)
    share = _windows(_counted(x.shape[2:], pairs), window, steps).mean(list(range(-len(window), 0)))
    result = kernel(_padded(x, pairs), window, steps) / share.to(x.dtype)
    return _from_channels_first(result, data_format)


def _counted(sizes: Sequence[int], pairs: Sequence[tuple[int, int]]) -> Tensor:
    """Ones where there is data, zeros where there is padding."""
    return constant(np.pad(np.ones((1, 1, *sizes), "float32"), [(0, 0), (0, 0), *pairs]))
