"""A picture's values at places between its pixels.

Nearest and linear interpolation are computed here, for all channels at once; they give what `scipy.ndimage` gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keras_preprocessing.image.libraries import ndimage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MODES = ("constant", "nearest", "reflect", "wrap")


def affine(
    x: np.ndarray,
    matrix: Sequence[Sequence[float]],
    offset: Sequence[float],
    order: int = 1,
    mode: str = "nearest",
    cval: float = 0.0,
) -> np.ndarray:
    """The picture whose pixel p is what `x` is at the place ``matrix @ p + offset``.

    Args:
        x: array of shape (height, width, channels).
        matrix: two rows of two.
        offset: for row and column.
        order: of the spline between pixels: 0 is the nearest pixel, 1 linear.
        mode: what is outside: "constant", "nearest", "reflect" or "wrap".
        cval: the value outside with "constant".
    """
    if order > 1:
        transform = ndimage(f"An interpolation of order {order}").affine_transform
        channels = [
            transform(channel, matrix, offset, order=order, mode=mode, cval=cval) for channel in np.moveaxis(x, 2, 0)
        ]
        return np.stack(channels, axis=2)
    if not x.size:
        return x
    height, width = x.shape[:2]
    values = x if x.dtype.kind == "f" or order == 0 else x.astype("float64")
    rows, columns = np.arange(height), np.arange(width)
    if matrix[0][1] == 0 and matrix[1][0] == 0:
        at_rows, at_columns = matrix[0][0] * rows + offset[0], matrix[1][1] * columns + offset[1]
        values = _along(values, at_rows, 0, order, mode)
        values = _along(values, at_columns, 1, order, mode)
        separate = True
    else:
        at_rows = matrix[0][0] * rows[:, None] + matrix[0][1] * columns + offset[0]
        at_columns = matrix[1][0] * rows[:, None] + matrix[1][1] * columns + offset[1]
        separate = False
        values = _anywhere(values, _INTO[mode](at_rows, height), _INTO[mode](at_columns, width), order)
    if mode == "constant":
        rows_outside, columns_outside = _outside(at_rows, height), _outside(at_columns, width)
        outside = (rows_outside[:, None] if separate else rows_outside) | columns_outside
        values = np.where(outside[:, :, None], np.asarray(cval, values.dtype), values)
    return values if values.dtype == x.dtype else np.rint(values).astype(x.dtype)


def _along(x: np.ndarray, places: np.ndarray, axis: int, order: int, mode: str) -> np.ndarray:
    """Values at places along one axis."""
    size = x.shape[axis]
    if np.array_equal(places, np.arange(size)):
        return x
    low, high, share = _neighbours(_INTO[mode](places, size), size, order)
    below: np.ndarray = np.take(x, low, axis)
    if order == 0:
        return below
    weight = share.astype(x.dtype).reshape(-1, *(1,) * (2 - axis))
    difference = np.take(x, high, axis)
    difference -= below
    difference *= weight
    below += difference
    return below


def _anywhere(x: np.ndarray, rows: np.ndarray, columns: np.ndarray, order: int) -> np.ndarray:
    """Values at places of the plane, each inside."""
    height, width, channels = x.shape
    flat = np.ascontiguousarray(x).reshape(height * width, channels)
    top, bottom, down = _neighbours(rows, height, order)
    left, right, across = _neighbours(columns, width, order)
    top *= width
    if order == 0:
        nearest: np.ndarray = np.take(flat, top + left, axis=0)
        return nearest
    bottom *= width
    across, down = across.astype(x.dtype)[..., None], down.astype(x.dtype)[..., None]
    result = _between(np.take(flat, top + left, axis=0), np.take(flat, top + right, axis=0), across)
    lower = _between(np.take(flat, bottom + left, axis=0), np.take(flat, bottom + right, axis=0), across)
    return _between(result, lower, down)


def _between(start: np.ndarray, end: np.ndarray, share: np.ndarray) -> np.ndarray:
    """``start + share · (end - start)``, in the memory of both."""
    end -= start
    end *= share
    start += end
    return start


def _neighbours(places: np.ndarray, size: int, order: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pixels before and behind each place, none of which is outside, and how far it is from the first one."""
    low = (places + 0.5 if order == 0 else places).astype("int64")
    return low, np.minimum(low + 1, size - 1), places - low


def _outside(places: np.ndarray, size: int) -> np.ndarray:
    found: np.ndarray = (places < 0) | (places > size - 1)
    return found


def _clipped(places: np.ndarray, size: int) -> np.ndarray:
    result: np.ndarray = np.minimum(np.maximum(places, 0), size - 1)
    return result


def _reflected(places: np.ndarray, size: int) -> np.ndarray:
    """Places mirrored at the outer edges of the first and last pixel; what is in their outer halves has their value."""
    turned = np.mod(places + 0.5, 2 * size)
    return _clipped(np.minimum(turned, 2 * size - turned) - 0.5, size)


def _wrapped(places: np.ndarray, size: int) -> np.ndarray:
    """Places in a picture that begins anew at the centre of its last pixel, as SciPy's "wrap" has it."""
    period = size - 1
    if period == 0:
        return np.zeros_like(places)
    below = places + period * (np.trunc(-places / period) + 1)
    above = places - period * np.trunc(places / period)
    result: np.ndarray = np.where(places < 0, below, np.where(places > period, above, places))
    return result


_INTO: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "constant": _clipped,
    "nearest": _clipped,
    "reflect": _reflected,
    "wrap": _wrapped,
}
