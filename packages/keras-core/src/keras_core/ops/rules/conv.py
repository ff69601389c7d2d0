"""Shape rules of convolutions and pooling."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit.windows import output_length, transposed_length
from keras_core.graph.spec import Spec
from keras_core.ops.rules import shapes as rules

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor


def _space(shape: Shape, data_format: Any) -> tuple[Shape, int]:
    """Spatial sizes and the channel axis."""
    rank = len(shape)
    if rank not in (3, 4, 5):
        raise ValueError(f"got inputs of shape {tuple(shape)}, expected 3, 4 or 5 axes (batch and channels included).")
    start = rules.spatial_start(rank, data_format)
    return tuple(shape[start : start + rank - 2]), 1 if start == 2 else rank - 1


def _assembled(batch: int | None, space: Shape, channels: int | None, channel_axis: int) -> Shape:
    return (batch, channels, *space) if channel_axis == 1 else (batch, *space, channels)


def _check_padding(padding: str) -> str:
    if padding not in ("valid", "same"):
        raise ValueError(f"got padding={padding!r}, expected 'valid' or 'same'.")
    return padding


def conv(inputs: Tensor, kernel: Tensor, strides: Any, padding: str, data_format: Any, dilation_rate: Any) -> Spec:
    """Spatial sizes by window, channels by kernel."""
    space, channel_axis = _space(inputs.shape, data_format)
    count = len(space)
    _check_kernel(inputs, kernel, count)
    steps, dilation = rules.sizes(strides, count, "strides"), rules.sizes(dilation_rate, count, "dilation_rate")
    channels, per_group, filters = inputs.shape[channel_axis], kernel.shape[-2], kernel.shape[-1]
    if channels is not None and per_group is not None:
        if channels % per_group:
            raise ValueError(
                f"got inputs of shape {tuple(inputs.shape)} with {channels} channels and a kernel of shape "
                f"{tuple(kernel.shape)}, expected channels that are a multiple of {per_group}."
            )
        if filters is not None and filters % (channels // per_group):
            raise ValueError(f"got {filters} filters for {channels // per_group} groups, expected a multiple.")
    _check_padding(padding)
    found = tuple(output_length(n, kernel.shape[k], steps[k], padding, dilation[k]) for k, n in enumerate(space))
    return Spec(_assembled(inputs.shape[0], found, filters, channel_axis), inputs.dtype)


def _check_kernel(inputs: Tensor, kernel: Tensor, count: int) -> None:
    if len(kernel.shape) != count + 2:
        raise ValueError(
            f"got inputs of shape {tuple(inputs.shape)} and a kernel of shape {tuple(kernel.shape)}, "
            f"expected a kernel of {count + 2} axes."
        )


def local_windows(
    shape: Shape, kernel_shape: Shape, kernel_size: Any, strides: Any, data_format: Any
) -> tuple[bool, tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Of a convolution with a kernel for each place: whether channels are first, window, steps and places."""
    space, channel_axis = _space(shape, data_format)
    count = len(space)
    window, steps = rules.sizes(kernel_size, count, "kernel_size"), rules.sizes(strides, count, "strides")
    channels = shape[channel_axis]
    if None in space or channels is None:
        raise ValueError(
            f"got inputs of shape {shape}, expected known spatial sizes and channels: each place has a "
            "kernel of its own."
        )
    places = tuple(output_length(n, w, s, "valid") or 0 for n, w, s in zip(space, window, steps, strict=True))
    rows, columns = math.prod(places), math.prod(window) * channels
    if len(kernel_shape) != 3 or kernel_shape[:2] != (rows, columns):
        raise ValueError(
            f"got inputs of shape {shape} and a kernel of shape {kernel_shape}, expected a kernel of shape "
            f"({rows}, {columns}, filters) for windows of {window} and steps of {steps}."
        )
    return channel_axis == 1, window, steps, places


def conv_transpose(
    inputs: Tensor,
    kernel: Tensor,
    strides: Any,
    padding: str,
    output_padding: Any,
    data_format: Any,
    dilation_rate: Any,
) -> Spec:
    """Spatial sizes by `transposed_length`, channels by kernel."""
    space, channel_axis = _space(inputs.shape, data_format)
    count = len(space)
    _check_kernel(inputs, kernel, count)
    _check_padding(padding)
    steps, dilation = rules.sizes(strides, count, "strides"), rules.sizes(dilation_rate, count, "dilation_rate")
    extra = _output_padding(output_padding, steps)
    channels, expected = inputs.shape[channel_axis], kernel.shape[-1]
    if None not in (channels, expected) and channels != expected:
        raise ValueError(
            f"got inputs of shape {tuple(inputs.shape)} with {channels} channels and a kernel of shape "
            f"{tuple(kernel.shape)}, expected {expected} channels."
        )
    found = tuple(
        transposed_length(n, kernel.shape[k], steps[k], padding, extra[k], dilation[k]) for k, n in enumerate(space)
    )
    return Spec(_assembled(inputs.shape[0], found, kernel.shape[-2], channel_axis), inputs.dtype)


def _output_padding(output_padding: Any, steps: tuple[int, ...]) -> tuple[int | None, ...]:
    if output_padding is None or isinstance(output_padding, int):
        extra = (output_padding,) * len(steps)
    else:
        extra = tuple(output_padding)
    if len(extra) != len(steps) or any(e is not None and not 0 <= e < s for e, s in zip(extra, steps, strict=True)):
        raise ValueError(f"got output_padding={output_padding!r}, expected ints from 0 to below the strides {steps}.")
    return extra


def pool(inputs: Tensor, pool_size: Any, strides: Any, padding: str, data_format: Any) -> Spec:
    """Spatial sizes by window."""
    space, channel_axis = _space(inputs.shape, data_format)
    windows = rules.sizes(pool_size, len(space), "pool_size")
    steps = windows if strides is None else rules.sizes(strides, len(space), "strides")
    _check_padding(padding)
    found = tuple(output_length(n, w, s, padding) for n, w, s in zip(space, windows, steps, strict=True))
    return Spec(_assembled(inputs.shape[0], found, inputs.shape[channel_axis], channel_axis), inputs.dtype)
