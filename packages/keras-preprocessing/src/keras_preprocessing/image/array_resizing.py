"""Pictures of another size, by the pixels around each place, as TensorFlow's `resize` without antialiasing."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

Taps = list[tuple[np.ndarray, np.ndarray]]
_CALL = 50_000  # a product's fixed cost, in multiplications
_ONE_THREAD = 2**18  # multiplications up to which OpenBLAS starts no threads, which those that read files have anyway

_PARTS = 2**23  # weights are whole numbers of these parts, whose sum is exactly 1: what is even stays so


def resized(x: np.ndarray, size: tuple[int, int], interpolation: str) -> np.ndarray:
    """A picture of another size.

    Args:
        x: array of shape (height, width, channels).
        size: the new height and width.
        interpolation: one of `INTERPOLATIONS`.

    Returns:
        An array of float32 of shape (*size, channels).
    """
    same = x.shape[:2] == size
    for axis, (old, new) in enumerate(zip(x.shape, size)):
        if same or (new == old and interpolation not in _SMOOTHING):
            continue
        if interpolation == "nearest":
            x = np.take(x, _taps(old, new, interpolation)[0][0], axis)
        else:
            x = (_rows if axis == 0 else _columns)(x, new, interpolation)
    return x.astype("float32", copy=False)


def _rows(x: np.ndarray, new: int, interpolation: str) -> np.ndarray:
    """A picture of another height."""
    old, width, channels = x.shape
    x = x.reshape(old, width * channels)
    out = np.empty((new, width * channels), "float32")
    count = _band(old, new, interpolation, width * channels)
    starts, matrices = _bands(old, new, interpolation, count)
    for number, (start, matrix) in enumerate(zip(starts, matrices)):
        rows = out[number * count : (number + 1) * count]
        np.matmul(matrix[: len(rows)], x[start : start + matrix.shape[1]].astype("float32", copy=False), out=rows)
    return out.reshape(new, width, channels)


def _columns(x: np.ndarray, new: int, interpolation: str) -> np.ndarray:
    """A picture of another width."""
    height, old, channels = x.shape
    x = x.reshape(height, old * channels).astype("float32", copy=False)
    out = np.empty((height, new * channels), "float32")
    count = _band(old, new, interpolation, height * channels * channels)
    starts, matrices = _bands(old, new, interpolation, count, channels)
    for number, (start, matrix) in enumerate(zip(starts, matrices)):
        columns = out[:, number * count * channels : (number + 1) * count * channels]
        part = x[:, start * channels : start * channels + len(matrix)]
        np.matmul(part, matrix[:, : columns.shape[1]], out=columns)
    return out.reshape(height, new, channels)


def _band(old: int, new: int, interpolation: str, times: int) -> int:
    """How many new pixels one product gives, so that all products together cost the least."""
    taps = len(_taps(old, new, interpolation))

    def product(count: int) -> float:
        return count * (count * old / new + taps) * times

    fine = [count for count in (2, 4, 8, 16) if product(count) <= _ONE_THREAD]
    return min([1, *fine], key=lambda count: -(-new // count) * (_CALL + product(count)))


@lru_cache(maxsize=256)
def _bands(old: int, new: int, interpolation: str, count: int, channels: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """For every `count` new pixels the first of the old ones that they need, and the weights.

    Returns:
        Places, and matrices (count, old pixels) to multiply rows by; with `channels` such that columns of pixels are
        multiplied by, (old pixels * channels, count * channels).
    """
    bands = -(-new // count)
    taps = _taps(old, new, interpolation)
    band, row = np.divmod(np.arange(new), count)
    first = np.minimum.reduceat(np.min([places for places, _ in taps], axis=0), np.arange(0, new, count))
    last = np.maximum.reduceat(np.max([places for places, _ in taps], axis=0), np.arange(0, new, count))
    length = int((last - first).max()) + 1
    starts = np.minimum(first, old - length)
    matrices = np.zeros((bands, count, length), "float32")
    for places, weights in taps:
        matrices[band, row, places - starts[band]] += weights
    if channels:
        alike = np.zeros((bands, length, channels, count, channels), "float32")
        for channel in range(channels):
            alike[:, :, channel, :, channel] = matrices.transpose(0, 2, 1)
        matrices = alike.reshape(bands, length * channels, count * channels)
    return starts, matrices


@lru_cache(maxsize=256)
def _taps(old: int, new: int, interpolation: str) -> Taps:
    """For each pixel of the new side those of the old one, from the first to the last, and their weights."""
    if interpolation == "nearest":
        places = ((np.arange(new) + 0.5) * (old / new)).astype("int64")
        return [(np.minimum(places, old - 1), np.ones(new, "float32"))]
    if interpolation == "area":
        first, count, weigh = np.arange(new) * (old / new), math.ceil(old / new) + 1, _covered(old / new)
    else:
        radius, kernel = _KERNELS[interpolation]
        centres = (np.arange(new) + 0.5) * (old / new) - 0.5
        first, count, weigh = centres - radius + 1, math.ceil(2 * radius), lambda place: kernel(np.abs(place - centres))
    begin = np.floor(first).astype("int64")
    places = begin + np.arange(count)[:, None]
    inside = (places >= 0) & (places < old)
    weights = np.where(inside, weigh(places), 0.0)
    weights = np.round(weights * (_PARTS / weights.sum(axis=0)))
    weights[weights.argmax(axis=0), np.arange(new)] += _PARTS - weights.sum(axis=0)
    weights /= _PARTS
    used = np.flatnonzero(weights.any(axis=1))
    return [(np.clip(places[k], 0, old - 1), weights[k].astype("float32")) for k in used]


def _covered(step: float) -> Callable[[np.ndarray], np.ndarray]:
    """How much of each old pixel lies in the part of the side that is the new one's."""

    def share(places: np.ndarray) -> np.ndarray:
        begin = np.arange(places.shape[-1]) * step
        found: np.ndarray = np.maximum(np.minimum(places + 1, begin + step) - np.maximum(places, begin), 0.0)
        return found

    return share


def _linear(x: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.maximum(1 - x, 0.0)
    return found


def _cubic(b: float, c: float) -> Callable[[np.ndarray], np.ndarray]:
    """The cubics of Mitchell and Netravali, "Reconstruction Filters in Computer Graphics", 1988."""

    def weight(x: np.ndarray) -> np.ndarray:
        near = ((12 - 9 * b - 6 * c) * x**3 + (-18 + 12 * b + 6 * c) * x**2 + (6 - 2 * b)) / 6
        far = ((-b - 6 * c) * x**3 + (6 * b + 30 * c) * x**2 + (-12 * b - 48 * c) * x + (8 * b + 24 * c)) / 6
        return np.where(x < 1, near, np.where(x < 2, far, 0.0))

    return weight


def _lanczos(radius: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: np.where(x < radius, np.sinc(x) * np.sinc(x / radius), 0.0)


def _gaussian(x: np.ndarray) -> np.ndarray:
    return np.where(x < 1.5, np.exp(-(x**2) / (2 * 0.5**2)), 0.0)


#: Name → how many pixels the kernel reaches, and its weight at a distance.
_KERNELS: dict[str, tuple[float, Callable[[np.ndarray], np.ndarray]]] = {
    "bilinear": (1, _linear),
    "bicubic": (2, _cubic(0, 0.5)),
    "lanczos3": (3, _lanczos(3)),
    "lanczos5": (5, _lanczos(5)),
    "gaussian": (1.5, _gaussian),
    "mitchellcubic": (2, _cubic(1 / 3, 1 / 3)),
}
_SMOOTHING = ("gaussian", "mitchellcubic")  # change what keeps its size, too
INTERPOLATIONS = ("nearest", "area", *_KERNELS)
