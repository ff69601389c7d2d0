"""Rotations, shifts, shears and zooms of one picture."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from keras_preprocessing.image.sampling import MODES, affine

FillMode = Literal["constant", "nearest", "reflect", "wrap"]


def apply_affine_transform(
    x: np.ndarray,
    theta: float = 0,
    tx: float = 0,
    ty: float = 0,
    shear: float = 0,
    zx: float = 1,
    zy: float = 1,
    row_axis: int = 0,
    col_axis: int = 1,
    channel_axis: int = 2,
    fill_mode: FillMode = "nearest",
    cval: float = 0.0,
    order: int = 1,
) -> np.ndarray:
    """Rotate, shift, shear and zoom a picture about its centre, in that order.

    The centre is that of the picture; releases of Keras 2 turned about a point half a pixel or a whole one away. Rows
    come first, as in Keras 2.3: tf_keras and Keras 3 exchange rows and columns here, so that their `width_shift_range`
    moves along the height, and they turn pictures that are not square about another point.

    Args:
        x: array with three axes.
        theta: angle of the rotation, in degrees.
        tx: shift along the rows, in pixels.
        ty: shift along the columns, in pixels.
        shear: angle of the shear, in degrees.
        zx: zoom along the rows; below 1 enlarges.
        zy: zoom along the columns; below 1 enlarges.
        row_axis: the axis of the rows. Defaults to 0.
        col_axis: the axis of the columns. Defaults to 1.
        channel_axis: the axis of the channels. Defaults to 2.
        fill_mode: what comes from outside: "constant" (cccc|abcd|cccc), "nearest" (aaaa|abcd|dddd), "reflect"
            (dcba|abcd|dcba) or "wrap" (abcd|abcd|abcd). Defaults to "nearest".
        cval: c of "constant". Defaults to 0.
        order: of the interpolation: 0 takes the nearest pixel, 1 is linear, 2 to 5 are splines of SciPy. Defaults to 1.

    Returns:
        An array of the same shape and dtype; `x` itself where nothing changes.

    Raises:
        ValueError: for an array without three axes, an unknown fill mode or another order.
        ImportError: for an order above 1 where SciPy is not installed.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.image import apply_affine_transform
        >>> apply_affine_transform(np.array([[[1.0], [2.0], [3.0]]]), ty=1, fill_mode="constant")[0, :, 0].tolist()
        [2.0, 3.0, 0.0]
    """
    if np.ndim(x) != 3:
        raise ValueError(f"Pictures have three axes: rows, columns, channels; got an array of shape {np.shape(x)}.")
    if fill_mode not in MODES:
        raise ValueError(f"fill_mode must be one of {', '.join(map(repr, MODES))}, got {fill_mode!r}.")
    if order not in range(6):
        raise ValueError(f"The order of interpolation must be an int from 0 to 5, got {order!r}.")
    axes = (row_axis, col_axis, channel_axis)
    image = x if axes == (0, 1, 2) else np.transpose(x, axes)
    turn, slant = math.radians(theta), math.radians(shear)
    cos, sin = math.cos(turn), math.sin(turn)
    # rotation · shift · shear · zoom, written out
    matrix = (
        (cos * zx, -(cos * math.sin(slant) + sin * math.cos(slant)) * zy),
        (sin * zx, (cos * math.cos(slant) - sin * math.sin(slant)) * zy),
    )
    shift = (cos * tx - sin * ty, sin * tx + cos * ty)
    if matrix == ((1, 0), (0, 1)) and shift == (0, 0):
        return x
    centre = ((image.shape[0] - 1) / 2, (image.shape[1] - 1) / 2)
    offset = tuple(c + s - row[0] * centre[0] - row[1] * centre[1] for c, s, row in zip(centre, shift, matrix))
    changed = affine(image, matrix, offset, order, fill_mode, cval)
    return changed if axes == (0, 1, 2) else np.transpose(changed, np.argsort(axes))


def random_rotation(
    x: np.ndarray,
    rg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: FillMode = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """Rotate a picture by a random angle, drawn by NumPy's global generator as in the functions beside it.

    Args:
        x: array with three axes.
        rg: the largest angle, in degrees.
        row_axis: the axis of the rows. Defaults to 1.
        col_axis: the axis of the columns. Defaults to 2.
        channel_axis: the axis of the channels. Defaults to 0.
        fill_mode: as for `apply_affine_transform`.
        cval: as for `apply_affine_transform`.
        interpolation_order: the `order` of `apply_affine_transform`.

    Returns:
        An array of the same shape.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.image import random_rotation
        >>> random_rotation(np.zeros((3, 8, 8)), 20).shape
        (3, 8, 8)
    """
    axes = (row_axis, col_axis, channel_axis)
    theta = np.random.uniform(-rg, rg)
    return apply_affine_transform(x, theta, 0, 0, 0, 1, 1, *axes, fill_mode, cval, interpolation_order)


def random_shift(
    x: np.ndarray,
    wrg: float,
    hrg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: FillMode = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """Shift a picture by random parts of its width and height.

    Args:
        x: array with three axes.
        wrg: the largest part of the width.
        hrg: the largest part of the height.
        row_axis: the axis of the rows. Defaults to 1.
        col_axis: the axis of the columns. Defaults to 2.
        channel_axis: the axis of the channels. Defaults to 0.
        fill_mode: as for `apply_affine_transform`.
        cval: as for `apply_affine_transform`.
        interpolation_order: the `order` of `apply_affine_transform`.

    Returns:
        An array of the same shape.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.image import random_shift
        >>> random_shift(np.zeros((3, 8, 8)), 0.2, 0.2).shape
        (3, 8, 8)
    """
    axes = (row_axis, col_axis, channel_axis)
    tx = np.random.uniform(-hrg, hrg) * x.shape[row_axis]
    ty = np.random.uniform(-wrg, wrg) * x.shape[col_axis]
    return apply_affine_transform(x, 0, tx, ty, 0, 1, 1, *axes, fill_mode, cval, interpolation_order)


def random_shear(
    x: np.ndarray,
    intensity: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: FillMode = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """Shear a picture by a random angle.

    Args:
        x: array with three axes.
        intensity: the largest angle, in degrees.
        row_axis: the axis of the rows. Defaults to 1.
        col_axis: the axis of the columns. Defaults to 2.
        channel_axis: the axis of the channels. Defaults to 0.
        fill_mode: as for `apply_affine_transform`.
        cval: as for `apply_affine_transform`.
        interpolation_order: the `order` of `apply_affine_transform`.

    Returns:
        An array of the same shape.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.image import random_shear
        >>> random_shear(np.zeros((3, 8, 8)), 20).shape
        (3, 8, 8)
    """
    axes = (row_axis, col_axis, channel_axis)
    shear = np.random.uniform(-intensity, intensity)
    return apply_affine_transform(x, 0, 0, 0, shear, 1, 1, *axes, fill_mode, cval, interpolation_order)


def random_zoom(
    x: np.ndarray,
    zoom_range: tuple[float, float],
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: FillMode = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """Zoom a picture by a random factor along each of its sides.

    Args:
        x: array with three axes.
        zoom_range: the smallest and largest factor; below 1 enlarges.
        row_axis: the axis of the rows. Defaults to 1.
        col_axis: the axis of the columns. Defaults to 2.
        channel_axis: the axis of the channels. Defaults to 0.
        fill_mode: as for `apply_affine_transform`.
        cval: as for `apply_affine_transform`.
        interpolation_order: the `order` of `apply_affine_transform`.

    Returns:
        An array of the same shape.

    Raises:
        ValueError: for anything but two factors.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.image import random_zoom
        >>> random_zoom(np.zeros((3, 8, 8)), (0.8, 1.2)).shape
        (3, 8, 8)
    """
    if np.shape(zoom_range) != (2,):
        raise ValueError(f"zoom_range must be the smallest and largest factor, got {zoom_range!r}.")
    axes = (row_axis, col_axis, channel_axis)
    low, high = zoom_range
    zx, zy = (1, 1) if low == high == 1 else np.random.uniform(low, high, 2)
    return apply_affine_transform(x, 0, 0, 0, 0, zx, zy, *axes, fill_mode, cval, interpolation_order)
