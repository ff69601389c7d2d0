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
    less_equal,
    log10,
    logical_and,
    maximum,
    minimum,
    multiply,
    round,
    sinc,
    square,
    subtract,
    where,
)
from keras_core.ops.indexing import take
from keras_core.ops.linalg import tensordot
from keras_core.ops.op import derived
from keras_core.ops.properties import dtype_of
from keras_core.ops.reduction import mean
from keras_core.ops.reduction import sum as total
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import getitem, moveaxis, ndim, pad, repeat, reshape, shape, transpose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import DataFormat, Size, Tensor


def _triangle(distance: Tensor) -> Tensor:
    return maximum(subtract(1, distance), 0)


def _cubic(distance: Tensor) -> Tensor:
    """Keys' kernel with a = -1/2; "Cubic Convolution Interpolation", 1981."""
    near = add(multiply(multiply(subtract(multiply(distance, 1.5), 2.5), distance), distance), 1)
    far = add(multiply(subtract(multiply(add(multiply(distance, -0.5), 2.5), distance), 4), distance), 2)
    return where(less(distance, 1), near, where(less(distance, 2), far, 0))


def _lanczos(reach: int) -> Callable[[Tensor], Tensor]:
    """Lanczos' kernel: a sinc function seen through the middle of another; "Applied Analysis", 1956."""

    def kernel(distance: Tensor) -> Tensor:
        near = minimum(distance, reach)
        return where(less(distance, reach), multiply(sinc(near), sinc(divide(near, reach))), 0)

    return kernel


_KERNELS: dict[str, tuple[Callable[[Tensor], Tensor], int]] = {
    "bilinear": (_triangle, 1),
    "bicubic": (_cubic, 2),
    "lanczos3": (_lanczos(3), 3),
    "lanczos5": (_lanczos(5), 5),
}


@derived(tensors=("images",))
def resize(
    images: Tensor,
    size: tuple[Any, Any],
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: DataFormat = None,
) -> Tensor:
    """Images in another size; pixel centres, not corners, are aligned.

    Args:
        images: tensor of rank 3 (one image) or 4.
        size: (height, width) of the result.
        interpolation: "nearest", "bilinear" or "bicubic". Defaults to "bilinear".
        antialias: widen the kernel when shrinking, so that every pixel counts. Defaults to False.
        crop_to_aspect_ratio: whether to take the greatest part in the middle that has the ratio of `size`, so that
            nothing is distorted. Defaults to False.
        pad_to_aspect_ratio: whether to add a border that gives the ratio of `size`. Defaults to False.
        fill_mode: accepted as "constant". Defaults to "constant".
        fill_value: value of that border. Defaults to 0.0.
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
        raise ValueError(f"resize got interpolation={interpolation!r}, expected one of nearest, {', '.join(_KERNELS)}.")
    dtype, rank = dtype_of(images), ndim(images)
    if rank not in (3, 4) or len(size) != 2:
        raise ValueError(f"resize got rank {rank} and size {size}, expected rank 3 or 4 and a size (height, width).")
    first = rules.spatial_start(rank, data_format, batched=rank == 4)
    if fill_mode != "constant" or (crop_to_aspect_ratio and pad_to_aspect_ratio):
        raise ValueError(
            f"resize got fill_mode={fill_mode!r}, crop_to_aspect_ratio={crop_to_aspect_ratio} and "
            f"pad_to_aspect_ratio={pad_to_aspect_ratio}, expected 'constant' and at most one of both."
        )
    if crop_to_aspect_ratio or pad_to_aspect_ratio:
        images = _in_ratio(images, size, first, pad_to_aspect_ratio, fill_value)
    result = images if interpolation == "nearest" else cast(images, _compute_dtype(dtype))
    for axis, length in zip((first, first + 1), size, strict=True):
        if interpolation == "nearest":
            result = _nearest(result, axis, length)
        else:
            result = _interpolated(result, axis, length, *_KERNELS[interpolation], antialias)
    if interpolation == "nearest" or dtypes.is_float(dtype):
        return cast(result, dtype)
    return cast(clip(round(result), *dtypes.limits(dtype)), dtype)


def _in_ratio(images: Tensor, size: tuple[Any, Any], first: int, padded: bool, fill_value: float) -> Tensor:
    """Images of the ratio of height to width that `size` has: the middle of them, or with a border."""
    height, width = shape(images)[first : first + 2]
    if not all(isinstance(n, int) for n in (height, width, *size)):
        raise ValueError(
            f"resize got images of shape {shape(images)} and size {size}, expected known sizes for a ratio."
        )
    other = (int(width * size[0] / size[1]), int(height * size[1] / size[0]))
    if padded:
        edges = [max(0, want - have) // 2 for have, want in zip((height, width), other, strict=True)]
        pairs = [(0, 0)] * first + [(edge, edge) for edge in edges] + [(0, 0)] * (ndim(images) - first - 2)
        return pad(images, pairs, "constant", fill_value)
    key: list[slice] = [slice(None)] * first
    for have, want in zip((height, width), other, strict=True):
        kept = min(have, max(want, 1))
        key.append(slice((have - kept) // 2, (have - kept) // 2 + kept))
    return getitem(images, tuple(key))


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


_GREY = (0.2989, 0.587, 0.114)


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
    before = (slice(None),) * axis
    parts = [multiply(getitem(images, (*before, slice(k, k + 1))), weight) for k, weight in enumerate(_GREY)]
    return add(add(parts[0], parts[1]), parts[2])  # a sum over an axis of three takes XLA many times as long


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


@derived(tensors=("images",))
def pad_images(
    images: Tensor,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: DataFormat = None,
) -> Tensor:
    """Images with a border of zeros.

    Args:
        images: tensor of rank 3 (one image) or 4, with channels.
        top_padding: rows added above; two of this, `bottom_padding` and `target_height` must be given.
            Defaults to None.
        left_padding: columns added on the left; two of this, `right_padding` and `target_width` must be given.
            Defaults to None.
        bottom_padding: rows added below. Defaults to None.
        right_padding: columns added on the right. Defaults to None.
        target_height: height of the result. Defaults to None.
        target_width: width of the result. Defaults to None.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Returns:
        Tensor of the rank and dtype of `images`.

    Raises:
        ValueError: for other ranks, or borders that do not fit or are not told by two numbers an axis.

    Example:
        >>> from keras_core import ops
        >>> tuple(ops.pad_images(ops.ones((1, 2, 2, 3)), 1, 0, 1, 2, data_format="channels_last").shape)
        (1, 4, 4, 3)
    """
    first, pairs = _borders(
        "pad_images",
        images,
        ((top_padding, bottom_padding, target_height), (left_padding, right_padding, target_width)),
        1,
        data_format,
    )
    return pad(images, [*((0, 0),) * first, *pairs, *((0, 0),) * (ndim(images) - first - 2)])


@derived(tensors=("images",))
def crop_images(
    images: Tensor,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: DataFormat = None,
) -> Tensor:
    """Images without their borders.

    Args:
        images: tensor of rank 3 (one image) or 4, with channels.
        top_cropping: rows left out above; two of this, `bottom_cropping` and `target_height` must be given.
            Defaults to None.
        left_cropping: columns left out on the left; two of this, `right_cropping` and `target_width` must be given.
            Defaults to None.
        bottom_cropping: rows left out below. Defaults to None.
        right_cropping: columns left out on the right. Defaults to None.
        target_height: height of the result. Defaults to None.
        target_width: width of the result. Defaults to None.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Returns:
        Tensor of the rank and dtype of `images`.

    Raises:
        ValueError: for other ranks, or borders that do not fit or are not told by two numbers an axis.

    Example:
        >>> from keras_core import ops
        >>> tuple(ops.crop_images(ops.ones((1, 4, 4, 3)), 1, 0, 1, 2, data_format="channels_last").shape)
        (1, 2, 2, 3)
    """
    first, pairs = _borders(
        "crop_images",
        images,
        ((top_cropping, bottom_cropping, target_height), (left_cropping, right_cropping, target_width)),
        -1,
        data_format,
    )
    key = [slice(before, -after or None) for before, after in pairs]
    return getitem(images, (*(slice(None),) * first, *key))


def _borders(
    op: str, images: Tensor, told: Sequence[tuple[Any, Any, Any]], sign: int, data_format: DataFormat
) -> tuple[int, list[tuple[int, int]]]:
    """The first spatial axis, and what is put before and behind each (`sign` 1) or left out there (-1)."""
    rank = ndim(images)
    if rank not in (3, 4):
        raise ValueError(f"{op}() got images of shape {shape(images)}, expected rank 3 (one image) or 4.")
    first = rules.spatial_start(rank, data_format, rank == 4)
    pairs = []
    for axis, (before, after, target) in enumerate(told, first):
        length = shape(images)[axis]
        if (before, after, target).count(None) != 1 or (target is not None and not isinstance(length, int)):
            raise ValueError(
                f"{op}() got {before}, {after} and {target} for the two borders and the length of axis {axis} of "
                f"{shape(images)}, expected two of the three, and a known length where that of the result is told."
            )
        change = None if target is None else sign * (target - length)
        before, after = (change - after if before is None else before, change - before if after is None else after)
        if before < 0 or after < 0 or (sign < 0 and isinstance(length, int) and before + after > length):
            raise ValueError(f"{op}() got borders of {before} and {after} for axis {axis} of {shape(images)}.")
        pairs.append((before, after))
    return first, pairs


_SCALING = {"linear": "bilinear", "bilinear": "bilinear", "trilinear": "bilinear", "cubic": "bicubic"}
_SCALING |= {"bicubic": "bicubic", "tricubic": "bicubic", "lanczos3": "lanczos3", "lanczos5": "lanczos5"}


@derived(tensors=("images", "scale", "translation"))
def scale_and_translate(
    images: Tensor,
    output_shape: Sequence[int],
    scale: Tensor,
    translation: Tensor,
    spatial_dims: Sequence[int],
    method: str,
    antialias: bool = True,
) -> Tensor:
    """A tensor scaled and moved along some of its axes; what comes from outside is 0.

    Args:
        images: tensor of any rank.
        output_shape: shape of the result; axes that are not among `spatial_dims` keep their length.
        scale: float tensor (axes,): how much longer each axis becomes.
        translation: float tensor (axes,): by how many elements of the result each axis is then moved.
        spatial_dims: the axes that these are for.
        method: "linear", "cubic", "lanczos3" or "lanczos5" ("bilinear" and "bicubic" mean the first two).
        antialias: whether to average over what is lost where an axis becomes shorter. Defaults to True.

    Returns:
        Tensor of shape `output_shape` and the dtype of `images`; ints are rounded.

    Raises:
        ValueError: for another method, or shapes and axes that do not fit.

    Example:
        >>> from keras_core import ops
        >>> line = ops.array([1.0, 2.0, 3.0])
        >>> ops.convert_to_numpy(ops.scale_and_translate(line, (3,), [1.0], [1.0], (0,), "linear")).tolist()
        [0.0, 1.0, 2.0]
    """
    if method not in _SCALING:
        raise ValueError(f"scale_and_translate() got method={method!r}, expected one of {', '.join(_SCALING)}.")
    sizes, axes = shape(images), rules.axes_of(tuple(spatial_dims), ndim(images))
    fits = len(output_shape) == len(sizes) and all(
        k in axes or new == old or not isinstance(old, int)
        for k, (new, old) in enumerate(zip(output_shape, sizes, strict=False))
    )
    if not fits or shape(scale) != (len(axes),) or shape(translation) != (len(axes),):
        raise ValueError(
            f"scale_and_translate() got images of shape {sizes}, output_shape={tuple(output_shape)}, scale of shape "
            f"{shape(scale)} and translation of shape {shape(translation)} for the axes {tuple(spatial_dims)}."
        )
    dtype, kernel = dtype_of(images), _KERNELS[_SCALING[method]][0]
    result = cast(images, _compute_dtype(dtype))
    for place, axis in enumerate(axes):
        factor, shift = (cast(getitem(one, place), dtype_of(result)) for one in (scale, translation))
        length, new = sizes[axis], output_shape[axis]
        centre = subtract(divide(subtract(add(cast(arange(new), dtype_of(result)), 0.5), shift), factor), 0.5)
        gaps = absolute(subtract(reshape(centre, (-1, 1)), cast(arange(length), dtype_of(result))))
        weights = kernel(divide(gaps, maximum(divide(1, factor), 1)) if antialias else gaps)
        whole = total(weights, 1, True)
        lost = less(absolute(whole), 1e-4)
        weights = where(lost, 0, divide(weights, where(lost, 1, whole)))
        inside = logical_and(less_equal(-0.5, centre), less_equal(centre, subtract(length, 0.5)))
        weights = where(reshape(inside, (-1, 1)), weights, 0)
        result = moveaxis(tensordot(result, weights, ((axis,), (1,))), -1, axis)
    if dtypes.is_float(dtype):
        return cast(result, dtype)
    return cast(clip(round(result), *dtypes.limits(dtype)), dtype)
