"""Convolutions and pooling over one, two or three spatial axes.

`data_format` is "channels_last" (batch, *space, channels) or "channels_first" (batch, channels, *space);
None takes the configured one. Padding "valid" adds nothing; "same" pads with zeros, the odd one behind,
so that an output has ceil(size / stride) places. Sizes may be one int or one for each spatial axis.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.graph.keras_tensor import KerasTensor
from keras_core.ops.elementwise import cast
from keras_core.ops.indexing import take
from keras_core.ops.linalg import einsum, tensordot
from keras_core.ops.op import derived, primitive
from keras_core.ops.properties import dtype_of, shape_of
from keras_core.ops.reduction import max as greatest
from keras_core.ops.rules import conv as conv_rules
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import getitem, moveaxis, reshape, shape, stack, transpose

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import DataFormat, Size, Tensor


@primitive(tensors=("inputs", "kernel"), cast="float", spec=conv_rules.conv)
def conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: Size = 1,
    padding: str = "valid",
    data_format: DataFormat = None,
    dilation_rate: Size = 1,
) -> Tensor:
    """Cross-correlation with a kernel.

    Args:
        inputs: tensor of rank 3, 4 or 5.
        kernel: (*window, input channels / groups, output channels); the number of groups is what the input's channels
            are a multiple of.
        strides: step between neighbouring windows, an int or one for each spatial axis. Defaults to 1.
        padding: "valid" for windows inside the input only, "same" for ``ceil(size / strides)`` windows. Defaults to
            "valid".
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        dilation_rate: distance of the kernel's elements. Defaults to 1.

    Raises:
        ValueError: if ranks or channels do not fit, or no window fits into the input.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.conv([[[1.0], [2.0], [4.0]]], [[[1.0]], [[10.0]]])).tolist()
        [[[21.0], [42.0]]]
    """


@derived(tensors=("inputs", "kernel"), cast="float")
def depthwise_conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: Size = 1,
    padding: str = "valid",
    data_format: DataFormat = None,
    dilation_rate: Size = 1,
) -> Tensor:
    """Convolution of each channel by itself.

    Args:
        inputs: tensor of rank 3, 4 or 5: batch, spatial axes and channels.
        kernel: (*window, channels, multiplier); channel c gives the outputs c * multiplier onwards.
        strides: step between neighbouring windows, an int or one for each spatial axis. Defaults to 1.
        padding: "valid" for windows inside the input only, "same" for ``ceil(size / strides)`` windows. Defaults to
            "valid".
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        dilation_rate: distance between neighbouring elements of the kernel, an int or one for each spatial axis.
            Defaults to 1.

    Raises:
        ValueError: if ranks or channels do not fit, or no window fits into the input.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.depthwise_conv([[[1.0], [2.0], [4.0]]], [[[1.0]], [[10.0]]])).tolist()
        [[[21.0], [42.0]]]
    """
    *window, channels, multiplier = shape(kernel)
    grouped = reshape(kernel, (*window, 1, channels * multiplier))
    return conv(inputs, grouped, strides, padding, data_format, dilation_rate)


@derived(tensors=("inputs", "depthwise_kernel", "pointwise_kernel"), cast="float")
def separable_conv(
    inputs: Tensor,
    depthwise_kernel: Tensor,
    pointwise_kernel: Tensor,
    strides: Size = 1,
    padding: str = "valid",
    data_format: DataFormat = None,
    dilation_rate: Size = 1,
) -> Tensor:
    """A depthwise convolution, then a mix of its channels at each place.

    Args:
        inputs: tensor of rank 3, 4 or 5: batch, spatial axes and channels.
        depthwise_kernel: (*window, channels, multiplier).
        pointwise_kernel: (1, ..., 1, channels * multiplier, output channels).
        strides: step between neighbouring windows, an int or one for each spatial axis. Defaults to 1.
        padding: "valid" for windows inside the input only, "same" for ``ceil(size / strides)`` windows. Defaults to
            "valid".
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        dilation_rate: distance between neighbouring elements of the kernel, an int or one for each spatial axis.
            Defaults to 1.

    Raises:
        ValueError: if ranks or channels do not fit, or no window fits into the input.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.separable_conv([[[1.0], [2.0], [4.0]]], [[[1.0]], [[10.0]]], [[[2.0]]])).tolist()
        [[[42.0], [84.0]]]
    """
    spread = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(spread, pointwise_kernel, 1, "valid", data_format, 1)


@derived(tensors=("inputs", "kernel"), cast="float")
def local_conv(
    inputs: Tensor, kernel: Tensor, kernel_size: Size, strides: Size = 1, data_format: DataFormat = None
) -> Tensor:
    """Convolution with a kernel of its own at every place, for windows inside the input only.

    Args:
        inputs: tensor of rank 3, 4 or 5 of known spatial sizes: batch, spatial axes and channels.
        kernel: (places, window * channels, filters), places in the order of rows, windows too; the channels vary
            fastest with "channels_last" and slowest with "channels_first".
        kernel_size: size of the window, an int or one for each spatial axis.
        strides: step between neighbouring windows, an int or one for each spatial axis. Defaults to 1.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Raises:
        ValueError: if no window fits into the input, or the kernel has other places or another window.

    Example:
        >>> from keras_core import ops
        >>> x, kernel = [[[1.0], [2.0]]], [[[1.0]], [[10.0]]]
        >>> ops.convert_to_numpy(ops.local_conv(x, kernel, kernel_size=1)).tolist()
        [[[1.0], [20.0]]]
    """
    first, window, steps, places = conv_rules.local_windows(
        shape_of(inputs), shape_of(kernel), kernel_size, strides, data_format
    )
    count = len(window)
    parts = []
    for offset in itertools.product(*map(range, window)):
        along = (slice(o, o + s * (n - 1) + 1, s) for o, s, n in zip(offset, steps, places, strict=True))
        parts.append(getitem(inputs, (slice(None), *((slice(None),) if first else ()), *along)))
    windows = stack(parts, axis=2 if first else count + 1)
    columns, filters = shape(kernel)[1:]
    if first:
        rows = transpose(reshape(windows, (-1, columns, math.prod(places))), (0, 2, 1))
    else:
        rows = reshape(windows, (-1, math.prod(places), columns))
    outputs = reshape(einsum("npk,pkf->npf", rows, kernel), (-1, *places, filters))
    return transpose(outputs, (0, count + 1, *range(1, count + 1))) if first else outputs


@primitive(tensors=("inputs", "kernel"), cast="float", spec=conv_rules.conv_transpose)
def conv_transpose(
    inputs: Tensor,
    kernel: Tensor,
    strides: Size = 1,
    padding: str = "valid",
    output_padding: Size | None = None,
    data_format: DataFormat = None,
    dilation_rate: Size = 1,
) -> Tensor:
    """The linear map that is the transpose of `conv` with the same strides and padding.

    Element i of an axis adds the kernel to the places from i * stride - p on, where p, 0 for "valid",
    is half (rounded down) of what ``(size - 1) * stride + w`` exceeds the output's size for "same".
    With w = (window - 1) * dilation + 1, the output's size is

    - without `output_padding`: size * stride for "same", size * stride + max(w - stride, 0) for "valid";
    - with it: (size - 1) * stride + w + output_padding, less 2 * (w // 2) for "same".

    Args:
        inputs: tensor of rank 3, 4 or 5: batch, spatial axes and channels.
        kernel: (*window, output channels, input channels).
        strides: step between neighbouring windows, an int or one for each spatial axis. Defaults to 1.
        padding: "valid" for windows inside the input only, "same" for ``ceil(size / strides)`` windows. Defaults to
            "valid".
        output_padding: places added at the end, less than the stride. Defaults to None.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        dilation_rate: distance between neighbouring elements of the kernel, an int or one for each spatial axis.
            Defaults to 1.

    Raises:
        ValueError: if ranks or channels do not fit, or no window fits into the input.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.conv_transpose([[[1.0], [2.0]]], [[[1.0]], [[10.0]]], strides=2)).tolist()
        [[[1.0], [10.0], [2.0], [20.0]]]
    """


@primitive(tensors=("inputs",), spec=conv_rules.pool)
def max_pool(
    inputs: Tensor,
    pool_size: Size,
    strides: Size | None = None,
    padding: str = "valid",
    data_format: DataFormat = None,
) -> Tensor:
    """The greatest element of each window; strides are the window's size when None.

    Args:
        inputs: tensor of rank 3, 4 or 5: batch, spatial axes and channels.
        pool_size: size of the window, an int or one for each spatial axis.
        strides: step between neighbouring windows, an int or one for each spatial axis; None is `pool_size`. Defaults
            to None.
        padding: "valid" for windows inside the input only, "same" for ``ceil(size / strides)`` windows. Defaults to
            "valid".
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Raises:
        ValueError: if ranks or channels do not fit, or no window fits into the input.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.max_pool([[[1.0], [3.0], [2.0], [0.0]]], 2)).tolist()
        [[[3.0], [2.0]]]
    """


@primitive(tensors=("inputs",), cast="float", spec=conv_rules.pool)
def average_pool(
    inputs: Tensor,
    pool_size: Size,
    strides: Size | None = None,
    padding: str = "valid",
    data_format: DataFormat = None,
) -> Tensor:
    """The mean of each window, in which padding does not count; strides are the window's size when None.

    Args:
        inputs: tensor of rank 3, 4 or 5: batch, spatial axes and channels.
        pool_size: size of the window, an int or one for each spatial axis.
        strides: step between neighbouring windows, an int or one for each spatial axis; None is `pool_size`. Defaults
            to None.
        padding: "valid" for windows inside the input only, "same" for ``ceil(size / strides)`` windows. Defaults to
            "valid".
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Raises:
        ValueError: if ranks or channels do not fit, or no window fits into the input.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.average_pool([[[1.0], [3.0], [2.0], [0.0]]], 2)).tolist()
        [[[2.0], [1.0]]]
    """


@derived(tensors=("inputs",), cast="float")
def adaptive_average_pool(inputs: Tensor, output_size: Size, data_format: DataFormat = None) -> Tensor:
    """The mean of each of so many windows as `output_size` says: window k of n reaches from k/n to (k+1)/n of the axis.

    Args:
        inputs: tensor of rank 3, 4 or 5: batch, spatial axes and channels. A program is for known sizes.
        output_size: size of the result, an int or one for each spatial axis; None keeps that of `inputs`.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Returns:
        Tensor of the rank of `inputs`, with `output_size` in the place of its spatial sizes.

    Raises:
        ValueError: for other ranks, an `output_size` that does not fit, or where a program is made for unknown sizes.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.adaptive_average_pool([[[1.0], [2.0], [6.0], [4.0]]], 2)).tolist()
        [[[1.5], [5.0]]]
    """

    def mean(values: Tensor, axis: int, starts: np.ndarray, ends: np.ndarray) -> Tensor:
        places = np.arange(shape(values)[axis])
        inside = (starts[:, None] <= places) & (places < ends[:, None])
        weights = cast(inside / (ends - starts)[:, None], dtype_of(values))
        return moveaxis(tensordot(values, weights, ((axis,), (1,))), -1, axis)

    return _adaptive_pool("adaptive_average_pool", mean, inputs, output_size, data_format)


@derived(tensors=("inputs",))
def adaptive_max_pool(inputs: Tensor, output_size: Size, data_format: DataFormat = None) -> Tensor:
    """The greatest element of each of so many windows as `output_size` says, as in `adaptive_average_pool`.

    Args:
        inputs: tensor of rank 3, 4 or 5: batch, spatial axes and channels. A program is for known sizes.
        output_size: size of the result, an int or one for each spatial axis; None keeps that of `inputs`.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Returns:
        Tensor of the rank of `inputs`, with `output_size` in the place of its spatial sizes.

    Raises:
        ValueError: for other ranks, an `output_size` that does not fit, or where a program is made for unknown sizes.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.adaptive_max_pool([[[1.0], [2.0], [6.0], [4.0]]], 2)).tolist()
        [[[2.0], [6.0]]]
    """

    def largest(values: Tensor, axis: int, starts: np.ndarray, ends: np.ndarray) -> Tensor:
        longest = int((ends - starts).max())
        places = np.minimum(starts[:, None] + np.arange(longest), ends[:, None] - 1).astype("int32")
        return greatest(take(values, places, axis), axis + 1)

    return _adaptive_pool("adaptive_max_pool", largest, inputs, output_size, data_format)


def _adaptive_pool(
    op: str,
    reduced: Callable[[Tensor, int, np.ndarray, np.ndarray], Tensor],
    inputs: Tensor,
    output_size: Any,
    data_format: DataFormat,
) -> Tensor:
    """What `reduced` makes of one spatial axis after the other, by where its windows start and end."""
    sizes = shape_of(inputs)
    if len(sizes) not in (3, 4, 5):
        raise ValueError(f"{op}() got shape {sizes}, expected rank 3, 4 or 5: batch, spatial axes and channels.")
    first = rules.spatial_start(len(sizes), data_format)
    space = sizes[first : first + len(sizes) - 2]
    wanted = output_size if isinstance(output_size, (list, tuple)) else (output_size,) * len(space)
    if len(wanted) != len(space) or any(n is not None and n < 1 for n in wanted):
        raise ValueError(f"{op}() got output_size={output_size!r}, expected a positive int or {len(space)} of them.")
    lengths = [length for length in space if length is not None]
    if len(lengths) < len(space):
        if isinstance(inputs, KerasTensor):  # of which the sizes are known when there are values
            pooled = (length if count is None else count for length, count in zip(space, wanted, strict=True))
            return KerasTensor((*sizes[:first], *pooled, *sizes[first + len(space) :]), inputs.dtype)
        raise ValueError(f"{op}() got shape {sizes}, expected known spatial sizes.")
    for axis, (length, count) in enumerate(zip(lengths, wanted, strict=True), first):
        count = length if count is None else count
        steps = np.arange(count)
        inputs = reduced(inputs, axis, steps * length // count, -(-(steps + 1) * length // count))
    return inputs
