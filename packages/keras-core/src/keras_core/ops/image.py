"""Images: (batch, height, width, channels), or channels before height with "channels_first"."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import dtypes
from keras_core.ops.creation import arange
from keras_core.ops.elementwise import abs as absolute
from keras_core.ops.elementwise import (
    add,
    cast,
    clip,
    divide,
    floor,
    floor_divide,
    less,
    log10,
    maximum,
    multiply,
    round,
    square,
    subtract,
    where,
)
from keras_core.ops.indexing import take
from keras_core.ops.op import derived
from keras_core.ops.properties import dtype_of
from keras_core.ops.reduction import mean
from keras_core.ops.reduction import sum as total
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import ndim, repeat, reshape, shape, transpose

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import DataFormat, Size, Tensor


def _triangle(distance: Tensor) -> Tensor:
    return maximum(subtract(1, distance), 0)


def _cubic(distance: Tensor) -> Tensor:
    """Keys' kernel with a = -1/2; "Cubic Convolution Interpolation", 1981."""
    near = add(multiply(multiply(subtract(multiply(distance, 1.5), 2.5), distance), distance), 1)
    far = add(multiply(subtract(multiply(add(multiply(distance, -0.5), 2.5), distance), 4), distance), 2)
    return where(less(distance, 1), near, where(less(distance, 2), far, 0))


_KERNELS: dict[str, tuple[Callable[[Tensor], Tensor], int]] = {"bilinear": (_triangle, 1), "bicubic": (_cubic, 2)}


@derived(tensors=("images",))
def resize(
    images: Tensor,
    size: tuple[Any, Any],
    interpolation: str = "bilinear",
    antialias: bool = False,
    data_format: DataFormat = None,
) -> Tensor:
    """Images in another size; pixel centres, not corners, are aligned.

    Args:
        images: tensor of rank 3 (one image) or 4.
        size: (height, width) of the result.
        interpolation: "nearest", "bilinear" or "bicubic". Defaults to "bilinear".
        antialias: widen the kernel when shrinking, so that every pixel counts. Defaults to False.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Returns:
        A tensor of the images' dtype; ints are rounded.

    Raises:
        ValueError: if `size` is not a pair of positive ints, `interpolation` is unknown, or `antialias` meets an image
            of unknown size.

    Example:
        >>> from keras_core import ops
        >>> tuple(ops.resize(ops.zeros((1, 4, 4, 3)), (2, 2)).shape)
        (1, 2, 2, 3)
    """
    if interpolation not in ("nearest", *_KERNELS):
        raise ValueError(f"resize got interpolation={interpolation!r}, expected 'nearest', 'bilinear' or 'bicubic'.")
    dtype, rank = dtype_of(images), ndim(images)
    if rank not in (3, 4) or len(size) != 2:
        raise ValueError(f"resize got rank {rank} and size {size}, expected rank 3 or 4 and a size (height, width).")
    first = rules.spatial_start(rank, data_format, batched=rank == 4)
    result = images if interpolation == "nearest" else cast(images, _compute_dtype(dtype))
    for axis, length in zip((first, first + 1), size, strict=True):
        if interpolation == "nearest":
            result = _nearest(result, axis, length)
        else:
            result = _interpolated(result, axis, length, *_KERNELS[interpolation], antialias)
    if interpolation == "nearest" or dtypes.is_float(dtype):
        return cast(result, dtype)
    return cast(clip(round(result), *dtypes.limits(dtype)), dtype)


def _compute_dtype(dtype: str) -> str:
    return dtype if dtype in ("float32", "float64") else "float32"


def _centres(old: Any, new: Any) -> Tensor:
    """Where the new pixels' centres lie among the old ones."""
    scale = divide(cast(old, "float32"), cast(new, "float32"))
    return subtract(multiply(add(cast(arange(new), "float32"), 0.5), scale), 0.5)


def _nearest(x: Tensor, axis: int, length: Any) -> Tensor:
    old = shape(x)[axis]
    centres = _centres(old, length)
    return take(x, clip(cast(floor(add(centres, 0.5)), "int32"), 0, subtract(old, 1)), axis)


def _interpolated(
    x: Tensor, axis: int, length: Any, kernel: Callable[[Tensor], Tensor], reach: int, antialias: bool
) -> Tensor:
    """Resize one axis: gather each new pixel's neighbours and sum them by the kernel's weights."""
    old = shape(x)[axis]
    centres = _centres(old, length)
    widths: Any = 1.0
    taps = 2 * reach
    if antialias:
        if not isinstance(old, int) or not isinstance(length, int):
            raise ValueError("resize with antialias=True needs a known image size.")
        widths = max(old / length, 1.0)
        taps = 2 * math.ceil(reach * widths)
    first = add(floor(centres), 1 - taps // 2)
    result: Any = 0
    norm: Any = 0
    sizes = [1] * ndim(x)
    sizes[axis] = -1
    for tap in range(taps):
        position = add(first, tap)
        weight = kernel(absolute(divide(subtract(position, centres), widths)))
        index = cast(position, "int32")
        last = subtract(old, 1)
        if antialias or reach > 1:
            # Outside pixels do not count; the others' weights are scaled up to 1.
            weight = where(less(absolute(subtract(multiply(position, 2), last)), add(last, 1)), weight, 0)
        norm = add(norm, weight)
        picked = take(x, clip(index, 0, last), axis)
        result = add(result, multiply(picked, reshape(cast(weight, dtype_of(x)), sizes)))
    if antialias or reach > 1:
        result = divide(result, reshape(cast(norm, dtype_of(x)), sizes))
    return result


@derived(tensors=("images",))
def upsample(images: Tensor, size: Size, data_format: DataFormat = None) -> Tensor:
    """Each place of the spatial axes repeated `size` times; rank 3, 4 or 5 with batch and channels.

    Args:
        images: tensor of rank 3, 4 or 5: batch, spatial axes and channels.
        size: number of repetitions, an int or one for each spatial axis.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.upsample([[[1.0], [2.0]]], 2)).tolist()
        [[[1.0], [1.0], [2.0], [2.0]]]
    """
    rank = ndim(images)
    first = rules.spatial_start(rank, data_format)
    for offset, times in enumerate(rules.sizes(size, rank - 2, "size")):
        images = repeat(images, times, first + offset)
    return images


@derived(tensors=("images",), cast="float")
def rgb_to_grayscale(images: Tensor, data_format: DataFormat = None) -> Tensor:
    """The luminance of RGB images, in one channel; weights of ITU-R BT.601.

    Args:
        images: tensor of rank 3 (one image) or 4, with channels.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Example:
        >>> from keras_core import ops
        >>> tuple(ops.rgb_to_grayscale(ops.zeros((1, 4, 4, 3))).shape)
        (1, 4, 4, 1)
    """
    rank = ndim(images)
    axis = rank - 1 if rules.channels_last(data_format) else rank - 3
    sizes = [1] * rank
    sizes[axis] = 3
    weights = reshape(cast([0.2989, 0.587, 0.114], dtype_of(images)), sizes)
    return total(multiply(images, weights), axis, True)


@derived(tensors=("x",))
def space_to_depth(x: Tensor, block_size: int, data_format: DataFormat = "channels_last") -> Tensor:
    """Square blocks of places as channels: (batch, h, w, c) becomes (batch, h/b, w/b, b*b*c).

    Args:
        x: tensor (batch, h, w, c).
        block_size: side of the blocks.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            "channels_last".

    Raises:
        ValueError: if height or width is not a multiple of `block_size`.

    Example:
        >>> from keras_core import ops
        >>> tuple(ops.space_to_depth(ops.zeros((1, 4, 4, 1)), 2).shape)
        (1, 2, 2, 4)
    """
    last = rules.channels_last(data_format)
    rows = x if last else transpose(x, (0, 2, 3, 1))
    batch, height, width, channels = shape(rows)
    high, wide = _parts(height, block_size), _parts(width, block_size)
    rows = reshape(rows, (batch, high, block_size, wide, block_size, channels))
    rows = reshape(transpose(rows, (0, 1, 3, 2, 4, 5)), (batch, high, wide, block_size**2 * channels))
    return rows if last else transpose(rows, (0, 3, 1, 2))


@derived(tensors=("x",))
def depth_to_space(x: Tensor, block_size: int, data_format: DataFormat = "channels_last") -> Tensor:
    """Channels as square blocks of places: what undoes `space_to_depth`.

    Args:
        x: tensor (batch, h, w, c).
        block_size: side of the blocks.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            "channels_last".

    Raises:
        ValueError: if the channels are not a multiple of ``block_size ** 2``.

    Example:
        >>> from keras_core import ops
        >>> tuple(ops.depth_to_space(ops.zeros((1, 2, 2, 4)), 2).shape)
        (1, 4, 4, 1)
    """
    last = rules.channels_last(data_format)
    rows = x if last else transpose(x, (0, 2, 3, 1))
    batch, height, width, channels = shape(rows)
    if channels % block_size**2:
        raise ValueError(f"depth_to_space got {channels} channels, expected a multiple of {block_size**2}.")
    deep = channels // block_size**2
    rows = transpose(reshape(rows, (batch, height, width, block_size, block_size, deep)), (0, 1, 3, 2, 4, 5))
    rows = reshape(rows, (batch, _times(height, block_size), _times(width, block_size), deep))
    return rows if last else transpose(rows, (0, 3, 1, 2))


def _parts(size: Any, block: int) -> Any:
    if not isinstance(size, int):
        return floor_divide(size, block)
    if size % block:
        raise ValueError(f"space_to_depth got an axis of length {size}, expected a multiple of {block}.")
    return size // block


def _times(size: Any, block: int) -> Any:
    return size * block if isinstance(size, int) else multiply(size, block)


@derived(tensors=("x1", "x2"), cast="float")
def psnr(x1: Tensor, x2: Tensor, max_val: float) -> Tensor:
    """Peak signal-to-noise ratio of two images in decibels.

    Args:
        x1: tensor.
        x2: tensor of the same shape.
        max_val: greatest value that a pixel can have.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.psnr([0.0, 1.0], [0.0, 0.0], 1.0)).tolist()
        3.0103
    """
    error = mean(square(subtract(x1, x2)))
    return subtract(20 * math.log10(max_val), multiply(log10(error), 10))
