"""Convolutions and pooling."""

from __future__ import annotations

import functools
import itertools
import math
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from keras_core import dtypes
from keras_core.backend.toolkit import channels_first, each_axis, transposed_padding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keras_core.typing import DataFormat, Size, Tensor

_SPACE = ("W", "HW", "DHW")


def _layout(count: int, data_format: DataFormat) -> tuple[str, str, str]:
    space = _SPACE[count - 1]
    image = f"NC{space}" if channels_first(data_format) else f"N{space}C"
    return image, f"{space}IO", image


def conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: Size = 1,
    padding: str = "valid",
    data_format: DataFormat = None,
    dilation_rate: Size = 1,
) -> Tensor:
    count = inputs.ndim - 2
    channels = inputs.shape[1 if channels_first(data_format) else -1]
    return lax.conv_general_dilated(
        inputs,
        kernel,
        each_axis(strides, count),
        padding.upper(),
        rhs_dilation=each_axis(dilation_rate, count),
        dimension_numbers=_layout(count, data_format),
        feature_group_count=channels // kernel.shape[-2],
    )


def conv_transpose(
    inputs: Tensor,
    kernel: Tensor,
    strides: Size = 1,
    padding: str = "valid",
    output_padding: Size | None = None,
    data_format: DataFormat = None,
    dilation_rate: Size = 1,
) -> Tensor:
    count = inputs.ndim - 2
    steps, dilation = each_axis(strides, count), each_axis(dilation_rate, count)
    extra: Sequence[int | None] = (None,) * count if output_padding is None else each_axis(output_padding, count)
    space = inputs.shape[2:] if channels_first(data_format) else inputs.shape[1:-1]
    pairs = [
        transposed_padding(space[k], kernel.shape[k], steps[k], padding, extra[k], dilation[k]) for k in range(count)
    ]
    turned = jnp.swapaxes(lax.rev(kernel, tuple(range(count))), -1, -2)
    return lax.conv_general_dilated(
        inputs,
        turned,
        (1,) * count,
        pairs,
        lhs_dilation=steps,
        rhs_dilation=dilation,
        dimension_numbers=_layout(count, data_format),
    )


def _pairs(x: Tensor, window: Sequence[int], steps: Sequence[int], padding: str) -> list[tuple[int, int]]:
    if padding == "valid":
        return [(0, 0)] * x.ndim
    return lax.padtype_to_pads(x.shape, window, steps, "SAME")


def _windows(size: Size, strides: Size | None, rank: int, data_format: DataFormat) -> tuple[list[int], list[int]]:
    """Window and strides for all axes."""
    count = rank - 2
    window = each_axis(size, count)
    steps = window if strides is None else each_axis(strides, count)
    if channels_first(data_format):
        return [1, 1, *window], [1, 1, *steps]
    return [1, *window, 1], [1, *steps, 1]


def max_pool(
    inputs: Tensor,
    pool_size: Size,
    strides: Size | None = None,
    padding: str = "valid",
    data_format: DataFormat = None,
) -> Tensor:
    window, steps = _windows(pool_size, strides, inputs.ndim, data_format)
    lowest = jnp.asarray(-np.inf if dtypes.is_float(inputs.dtype) else dtypes.limits(inputs.dtype)[0], inputs.dtype)
    pairs = _pairs(inputs, window, steps, padding)

    def pooled(x: Tensor) -> Tensor:
        return lax.reduce_window(x, lowest, lax.max, window, steps, pairs)

    def place_by_place(x: Tensor) -> Tensor:
        x = lax.pad(x, lowest, [(*pair, 0) for pair in pairs]) if padding == "same" else x
        return functools.reduce(_greater, _places(x, window, steps))

    if math.prod(window) > _FEW:
        return pooled(inputs)
    function = jax.custom_jvp(pooled)
    function.defjvp(functools.partial(jax.jvp, place_by_place))
    return function(inputs)


_FEW = 16
"""Where a gradient is taken, windows of up to so many elements are pooled place by place: XLA goes through
reduce_window's input once more, window by window, which on a CPU takes ten times as long as choices between slices."""


def _places(x: Tensor, window: Sequence[int], steps: Sequence[int]) -> Iterator[Tensor]:
    """For each place in the window the elements of all windows that stand there."""
    counts = [(size - reach) // step + 1 for size, reach, step in zip(x.shape, window, steps, strict=True)]
    for start in itertools.product(*map(range, window)):
        ends = [first + (count - 1) * step + 1 for first, count, step in zip(start, counts, steps, strict=True)]
        yield lax.slice(x, start, ends, steps)


def _greater(a: Tensor, b: Tensor) -> Tensor:
    """The greater elements, of equal ones the first (which gets the gradient), nan where either is."""
    keep = a >= b
    if dtypes.is_float(a.dtype):
        keep = lax.bitwise_or(keep, a != a)
    return lax.select(keep, a, b)


def average_pool(
    inputs: Tensor,
    pool_size: Size,
    strides: Size | None = None,
    padding: str = "valid",
    data_format: DataFormat = None,
) -> Tensor:
    window, steps = _windows(pool_size, strides, inputs.ndim, data_format)
    pairs = _pairs(inputs, window, steps, padding)
    x = inputs if inputs.dtype.itemsize >= 4 else lax.convert_element_type(inputs, np.float32)
    zero = np.zeros((), x.dtype)
    total = lax.reduce_window(x, zero, lax.add, window, steps, pairs)
    if padding == "valid":
        mean = total / np.asarray(np.prod(window), x.dtype)
    else:
        ones = jnp.ones((1, *x.shape[1:]), x.dtype)
        mean = total / lax.reduce_window(ones, zero, lax.add, window, steps, pairs)
    return lax.convert_element_type(mean, inputs.dtype)
