"""Pictures of another size, by the pixels around each place, as TensorFlow's `resize` without antialiasing."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

Taps = list[tuple[np.ndarray, np.ndarray]]


def resized(x: np.ndarray, size: tuple[int, int], interpolation: str) -> np.ndarray:
    """A picture of another size.

    Args:
        x: array of shape (height, width, channels).
        size: the new height and width.
        interpolation: one of `INTERPOLATIONS`.

    Returns:
        An array of float32 of shape (*size, channels).
    """
    if x.shape[:2] != size:
        for axis, (old, new) in enumerate(zip(x.shape, size)):
            if new != old or interpolation in _SMOOTHING:
                x = _along(x, axis, _taps(old, new, interpolation))
    return x.astype("float32", copy=False)


def _along(x: np.ndarray, axis: int, taps: Taps) -> np.ndarray:
    """Sums of pixels along an axis, each with its weight."""
    total: np.ndarray | None = None
    for places, weights in taps:
        part = np.take(x, places, axis)
        if len(taps) == 1:
            return part
        part = np.multiply(part, weights.reshape(-1, *(1,) * (2 - axis)), dtype="float32")
        total = part if total is None else np.add(total, part, out=total)
    assert total is not None
    return total


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
    weights /= weights.sum(axis=0)
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
