"""Filters, colour spaces and likeness of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes
from keras_core.backend.toolkit.windows import each_axis
from keras_core.ops.elementwise import (
    add,
    divide,
    equal,
    maximum,
    minimum,
    mod,
    multiply,
    square,
    subtract,
    where,
)
from keras_core.ops.linalg import tensordot
from keras_core.ops.op import derived
from keras_core.ops.properties import dtype_of
from keras_core.ops.reduction import mean
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import getitem, moveaxis, ndim, pad, shape, stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


_LONG = 9
"""Weights from which on a product with a matrix is faster than a sum of shifted pictures."""

_LONGER = 16
"""As long as the axis is not so many times longer than the weights are many."""


def _axes(op: str, images: Tensor, data_format: DataFormat) -> tuple[int, int]:
    """The axis of rows, and that of channels."""
    rank = ndim(images)
    if rank not in (3, 4):
        raise ValueError(f"{op}() got images of shape {shape(images)}, expected rank 3 (one image) or 4.")
    return rules.spatial_start(rank, data_format, rank == 4), rank - 1 if rules.channels_last(data_format) else rank - 3


def _filtered(x: Tensor, axis: int, weights: Sequence[float], same: bool = True) -> Tensor:
    """Sums of neighbours along an axis by their weights; with `same` zeros stand beyond the ends."""
    count = len(weights)
    length = shape(x)[axis]
    if same and count >= _LONG and isinstance(length, int) and length <= _LONGER * count:
        band = _band(length, weights).astype(dtypes.numpy_dtype(dtype_of(x)))
        return moveaxis(tensordot(x, band, ((axis,), (0,))), -1, axis)
    if same:
        before = (count - 1) // 2
        x = pad(x, [(before, count - 1 - before) if k == axis else (0, 0) for k in range(ndim(x))])
    result: Any = None
    for k, weight in enumerate(weights):
        if weight:
            part = getitem(x, (*(slice(None),) * axis, slice(k, k + 1 - count or None)))
            part = multiply(part, float(weight))
            result = part if result is None else add(result, part)
    return result


def _band(length: int, weights: Sequence[float]) -> Any:
    """The matrix by which an axis of this length is multiplied to be filtered, zeros standing beyond its ends."""
    before = (len(weights) - 1) // 2
    return sum(weight * np.eye(length, k=before - k) for k, weight in enumerate(weights))


def _gaussian(size: int, sigma: float) -> list[float]:
    heights = np.exp(-0.5 * ((np.arange(size) - (size - 1) / 2) / sigma) ** 2)
    weights: list[float] = (heights / heights.sum()).tolist()
    return weights


@derived(tensors=("images",), cast="float")
def gaussian_blur(
    images: Tensor,
    kernel_size: Sequence[int] = (3, 3),
    sigma: Sequence[float] = (1.0, 1.0),
    data_format: DataFormat = None,
) -> Tensor:
    """Pictures blurred by a bell-shaped kernel; beyond their borders they are 0.

    Args:
        images: tensor of rank 3 (one image) or 4, with channels; ints become floats.
        kernel_size: height and width of the kernel. Defaults to (3, 3).
        sigma: standard deviations of the kernel in pixels, along height and width. Defaults to (1.0, 1.0).
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Returns:
        Float tensor of the shape of `images`.

    Raises:
        ValueError: for other ranks, or sizes or deviations that are not positive.

    Example:
        >>> from keras_core import ops
        >>> tuple(ops.gaussian_blur(ops.ones((1, 4, 4, 3))).shape)
        (1, 4, 4, 3)
    """
    first, _ = _axes("gaussian_blur", images, data_format)
    sizes = each_axis(kernel_size, 2)
    deviations = tuple(sigma) if isinstance(sigma, (list, tuple)) else (sigma, sigma)
    if len(sizes) != 2 or len(deviations) != 2 or min(sizes) < 1 or min(deviations) <= 0:
        raise ValueError(
            f"gaussian_blur() got kernel_size={kernel_size!r} and sigma={sigma!r}, expected positive ones."
        )
    for axis, (size, deviation) in enumerate(zip(sizes, deviations, strict=True), first):
        images = _filtered(images, axis, _gaussian(size, deviation))
    return images


@derived(tensors=("images",), cast="float")
def sobel_edges(images: Tensor, data_format: DataFormat = None) -> Tensor:
    """Sobel's estimates of how pictures change downwards and to the right; beyond their borders they are 0.

    Args:
        images: tensor of rank 3 (one image) or 4, with channels; ints become floats.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Returns:
        Float tensor of the shape of `images` with another axis of length 2: the change by row, and by column.

    Raises:
        ValueError: for other ranks.

    Example:
        >>> from keras_core import ops
        >>> tuple(ops.sobel_edges(ops.ones((1, 4, 4, 3))).shape)
        (1, 4, 4, 3, 2)

    Reference: Sobel and Feldman, "A 3x3 Isotropic Gradient Operator for Image Processing", 1968.
    """
    first, _ = _axes("sobel_edges", images, data_format)
    change, smooth = (-1.0, 0.0, 1.0), (1.0, 2.0, 1.0)
    down = _filtered(_filtered(images, first, change), first + 1, smooth)
    right = _filtered(_filtered(images, first, smooth), first + 1, change)
    return stack([down, right], -1)


@derived(tensors=("image1", "image2"), cast="float")
def ssim(
    image1: Tensor,
    image2: Tensor,
    max_val: float = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: DataFormat = None,
) -> Tensor:
    """Structural similarity of pictures: 1 for equal ones, less for others.

    Args:
        image1: tensor of rank 3 (one image) or 4, with channels; ints become floats.
        image2: tensor of the same shape.
        max_val: greatest value that a pixel can have. Defaults to 1.0.
        filter_size: side of the window in which pixels are compared. Defaults to 11.
        filter_sigma: standard deviation of the window's weights. Defaults to 1.5.
        k1: keeps quotients of small means finite. Defaults to 0.01.
        k2: keeps quotients of small variances finite. Defaults to 0.03.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Returns:
        Float tensor (batch,), a scalar for one image.

    Raises:
        ValueError: for other ranks, or pictures smaller than the window.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.ssim(ops.ones((1, 16, 16, 1)), ops.ones((1, 16, 16, 1)))).tolist()
        [1.0]

    Reference: Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004.
    """
    first, channels = _axes("ssim", image1, data_format)
    for length in shape(image1)[first : first + 2]:
        if isinstance(length, int) and length < filter_size:
            raise ValueError(f"ssim() got images of shape {shape(image1)}, expected sides of {filter_size} or more.")
    weights = _gaussian(filter_size, filter_sigma)

    def local(x: Tensor) -> Tensor:
        return _filtered(_filtered(x, first, weights, False), first + 1, weights, False)

    mean1, mean2 = local(image1), local(image2)
    product, squares = multiply(mean1, mean2), add(square(mean1), square(mean2))
    both = subtract(local(multiply(image1, image2)), product)
    spread = subtract(local(add(square(image1), square(image2))), squares)
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    luminance = divide(add(multiply(product, 2), c1), add(squares, c1))
    contrast = divide(add(multiply(both, 2), c2), add(spread, c2))
    return mean(multiply(luminance, contrast), (first, first + 1, channels))


def _channels(op: str, images: Tensor, data_format: DataFormat) -> tuple[list[Tensor], int]:
    """The three channels of float pictures, and their axis."""
    _, axis = _axes(op, images, data_format)
    if not dtypes.is_float(dtype_of(images)) or shape(images)[axis] not in (3, None):
        raise ValueError(
            f"{op}() got images of shape {shape(images)} and dtype {dtype_of(images)}, expected 3 channels of floats."
        )
    return [getitem(images, (*(slice(None),) * axis, k)) for k in range(3)], axis


@derived(tensors=("images",))
def rgb_to_hsv(images: Tensor, data_format: DataFormat = None) -> Tensor:
    """Red, green and blue from 0 to 1 as hue, saturation and value from 0 to 1.

    Args:
        images: float tensor of rank 3 (one image) or 4, with 3 channels.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Returns:
        Tensor of the shape and dtype of `images`.

    Raises:
        ValueError: for other ranks, dtypes or numbers of channels.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.rgb_to_hsv([[[0.0, 1.0, 0.5]]], "channels_last")).tolist()
        [[[0.4166, 1.0, 1.0]]]

    Reference: Smith, "Color Gamut Transform Pairs", 1978.
    """
    (red, green, blue), axis = _channels("rgb_to_hsv", images, data_format)
    value = maximum(maximum(red, green), blue)
    spread = subtract(value, minimum(minimum(red, green), blue))
    grey = equal(spread, 0)
    safe = where(grey, 1, spread)
    sixth = where(
        equal(value, red),
        divide(subtract(green, blue), safe),
        where(
            equal(value, green),
            add(divide(subtract(blue, red), safe), 2),
            add(divide(subtract(red, green), safe), 4),
        ),
    )
    hue = where(grey, 0, mod(divide(sixth, 6), 1))
    black = equal(value, 0)
    saturation = where(black, 0, divide(spread, where(black, 1, value)))
    return stack([hue, saturation, value], axis)


@derived(tensors=("images",))
def hsv_to_rgb(images: Tensor, data_format: DataFormat = None) -> Tensor:
    """Hue, saturation and value from 0 to 1 as red, green and blue: what undoes `rgb_to_hsv`.

    Args:
        images: float tensor of rank 3 (one image) or 4, with 3 channels.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Returns:
        Tensor of the shape and dtype of `images`.

    Raises:
        ValueError: for other ranks, dtypes or numbers of channels.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.hsv_to_rgb([[[0.5, 1.0, 1.0]]], "channels_last")).tolist()
        [[[0.0, 1.0, 1.0]]]

    Reference: Smith, "Color Gamut Transform Pairs", 1978.
    """
    (hue, saturation, value), axis = _channels("hsv_to_rgb", images, data_format)
    chroma = multiply(saturation, value)
    parts = []
    for offset in (5, 3, 1):
        place = mod(add(multiply(hue, 6), offset), 6)
        amount = minimum(maximum(minimum(place, subtract(4, place)), 0), 1)
        parts.append(subtract(value, multiply(chroma, amount)))
    return stack(parts, axis)
