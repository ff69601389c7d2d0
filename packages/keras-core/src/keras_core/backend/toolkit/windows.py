"""Arithmetic of windows along one axis: convolution, transposed convolution and pooling.

Lengths may be ints or scalar tensors of a framework; windows, strides and rates are ints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import config

if TYPE_CHECKING:
    from keras_core.typing import DataFormat, Size


def each_axis(size: Size, count: int) -> tuple[int, ...]:
    """A size as one int for each spatial axis.

    Args:
        size: an int for all axes, or one for each.
        count: number of spatial axes.

    Example:
        >>> each_axis(3, 2)
        (3, 3)
    """
    return (int(size),) * count if isinstance(size, (int, np.integer)) else tuple(int(one) for one in size)


def channels_first(data_format: DataFormat) -> bool:
    """Whether channels come before the spatial axes.

    Args:
        data_format: "channels_first", "channels_last", or None for the configured one.

    Raises:
        ValueError: for anything else.
    """
    chosen = data_format or config.image_data_format()
    if chosen not in ("channels_last", "channels_first"):
        raise ValueError(f"got data_format={data_format!r}, expected 'channels_last' or 'channels_first'.")
    return chosen == "channels_first"


def dilated_size(window: int, dilation: int) -> int:
    """How many elements a dilated window spans.

    Args:
        window: its number of elements.
        dilation: distance between neighbouring elements.

    Example:
        >>> dilated_size(3, 2)
        5
    """
    return (window - 1) * dilation + 1


def output_length(length: int | None, window: int, stride: int, padding: str, dilation: int = 1) -> int | None:
    """Length of an axis after a convolution or pooling.

    Args:
        length: before it; None where unknown.
        window: size of the kernel or pool.
        stride: distance between neighbouring windows.
        padding: "valid" or "same".
        dilation: distance between neighbouring elements of the window.

    Raises:
        ValueError: when no window fits.

    Example:
        >>> output_length(28, 3, 2, "same")
        14
    """
    if length is None:
        return None
    span = dilated_size(window, dilation)
    places = -(-length // stride) if padding == "same" else (length - span) // stride + 1
    if places < 1:
        raise ValueError(
            f"got an axis of length {length}, too short for a window of {span} with padding={padding!r}. "
            "Take larger inputs or a smaller window, or padding='same'."
        )
    return places


def same_padding(length: int, window: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """Padding before and after an axis that gives ``ceil(length / stride)`` windows.

    An odd element goes after the axis.

    Args:
        length: of the axis.
        window: size of the kernel or pool.
        stride: distance between neighbouring windows.
        dilation: distance between neighbouring elements of the window.

    Example:
        >>> same_padding(28, 4, 1)
        (1, 2)
    """
    total = max((-(-length // stride) - 1) * stride + dilated_size(window, dilation) - length, 0)
    return total // 2, total - total // 2


def transposed_length(
    length: Any, window: int, stride: int, padding: str, output_padding: int | None = None, dilation: int = 1
) -> Any:
    """Length of an axis after a transposed convolution.

    Args:
        length: before it, an int or a scalar tensor; None where unknown.
        window: size of the kernel.
        stride: distance between the outputs of neighbouring inputs.
        padding: "valid" or "same".
        output_padding: elements added to one end, less than `stride`; None for the length whose convolution gives
            `length` back (with "same" ``length * stride``).
        dilation: distance between neighbouring elements of the kernel.

    Example:
        >>> transposed_length(14, 3, 2, "same"), transposed_length(14, 3, 2, "valid")
        (28, 29)
    """
    if length is None:
        return None
    span = dilated_size(window, dilation)
    if output_padding is None:
        return length * stride + (max(span - stride, 0) if padding == "valid" else 0)
    trimmed = 2 * (span // 2) if padding == "same" else 0
    return (length - 1) * stride + span - trimmed + output_padding


def transposed_padding(
    length: int, window: int, stride: int, padding: str, output_padding: int | None = None, dilation: int = 1
) -> tuple[int, int]:
    """Padding that makes a convolution of stride 1 with the flipped kernel a transposed convolution.

    It goes around the axis whose elements stand `stride` apart, zeros between them. A negative number crops.

    Args:
        length: of the axis before its elements are spread.
        window: size of the kernel.
        stride: distance between the spread elements.
        padding: "valid" or "same".
        output_padding: as in `transposed_length`.
        dilation: distance between neighbouring elements of the kernel.

    Returns:
        Padding before and after the axis.

    Example:
        >>> transposed_padding(14, 3, 2, "valid")
        (2, 2)
    """
    span = dilated_size(window, dilation)
    spread = (length - 1) * stride + 1
    wanted = transposed_length(length, window, stride, padding, output_padding, dilation)
    cut = max(spread + span - 1 - wanted, 0) // 2 if padding == "same" else 0
    return span - 1 - cut, wanted - spread + cut
