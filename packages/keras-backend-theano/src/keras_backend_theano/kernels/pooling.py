"""Max and average pooling of channels-last batches in any number of dimensions.

`max_pool` also returns the index of the largest element of each window, so that its gradient is a scatter (`unpool`)
whose own gradient is a gather (`pick`). Of equal values the first counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keras_backend_theano.kernels.threads import over_batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_backend_theano.kernels.window import Array, Window

BLOCK_BYTES = 1 << 20


def max_pool(x: Array, window: Window) -> tuple[Array, Array]:
    """Largest value of each window.

    Args:
        x: (batch, *spatial, channels).
        window: size and movement of the pool.

    Returns:
        The values, and for each the index of its place in the window, both (batch, *output, channels).

    Raises:
        ValueError: when the window does not fit into the input.
    """
    output = window.output(x.shape[1:-1])
    lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    padded = window.pad(x, lowest)
    shape = (x.shape[0], *output, x.shape[-1])
    result = np.empty(shape, x.dtype)
    winner = np.zeros(shape, winner_dtype(window))
    taps = list(window.taps(output))

    def work(images: slice) -> None:
        source, best, index = padded[images], result[images], winner[images]
        best[...] = source[taps[0]]
        for tap, at in enumerate(taps[1:], start=1):
            value = source[at]
            _replace(index, value > best, tap)
            np.maximum(best, value, out=best)

    _by_parts(result, work)
    return result, winner


def unpool(dy: Array, winner: Array, window: Window, sizes: tuple[int, ...]) -> Array:
    """Gradient of `max_pool`: each value is added to the element that was the largest.

    Args:
        dy: (batch, *output, channels).
        winner: indices that `max_pool` returned, of the same shape.
        window: size and movement of the pool.
        sizes: spatial shape of the input of `max_pool`.

    Returns:
        (batch, *sizes, channels).
    """
    padded = _blank(dy, window, sizes)
    taps = list(window.taps(dy.shape[1:-1]))
    apart = all(s >= r for s, r in zip(window.strides, window.reach(), strict=True))

    def work(images: slice) -> None:
        target, part, index = padded[images], dy[images], winner[images]
        for tap, at in enumerate(taps):
            cells = target[at]
            if apart:
                np.multiply(part, index == tap, out=cells)
            else:
                cells += part * (index == tap)

    _by_parts(dy, work)
    return window.crop(padded, sizes)


def pick(x: Array, winner: Array, window: Window) -> Array:
    """The elements at given places of the windows: the gradient of `unpool` with respect to its first argument.

    Args:
        x: (batch, *spatial, channels).
        winner: indices that `max_pool` returned, (batch, *output, channels).
        window: size and movement of the pool.

    Returns:
        (batch, *output, channels).
    """
    padded = window.pad(x)
    result = np.zeros(winner.shape, x.dtype)
    taps = list(window.taps(winner.shape[1:-1]))

    def work(images: slice) -> None:
        for tap, at in enumerate(taps):
            np.copyto(result[images], padded[images][at], where=winner[images] == tap)

    _by_parts(result, work)
    return result


def average_pool(x: Array, window: Window) -> Array:
    """Mean of each window; padding does not count.

    Args:
        x: (batch, *spatial, channels).
        window: size and movement of the pool.

    Returns:
        (batch, *output, channels).

    Raises:
        ValueError: when the window does not fit into the input.
    """
    output = window.output(x.shape[1:-1])
    padded = window.pad(x)
    result = np.zeros((x.shape[0], *output, x.shape[-1]), x.dtype)
    taps = list(window.taps(output))
    scale = _scale(window, x.shape[1:-1], x.dtype)

    def work(images: slice) -> None:
        target, source = result[images], padded[images]
        for at in taps:
            target += source[at]
        target *= scale

    _by_parts(result, work)
    return result


def average_unpool(dy: Array, window: Window, sizes: tuple[int, ...]) -> Array:
    """Gradient of `average_pool`: each value is spread evenly over its window.

    Args:
        dy: (batch, *output, channels).
        window: size and movement of the pool.
        sizes: spatial shape of the input of `average_pool`.

    Returns:
        (batch, *sizes, channels).
    """
    padded = _blank(dy, window, sizes)
    taps = list(window.taps(dy.shape[1:-1]))
    scale = _scale(window, sizes, dy.dtype)

    def work(images: slice) -> None:
        target, part = padded[images], dy[images] * scale
        for at in taps:
            cells = target[at]
            cells += part

    _by_parts(dy, work)
    return window.crop(padded, sizes)


def winner_dtype(window: Window) -> str:
    """Smallest dtype for indices into a window."""
    return "uint8" if window.volume <= 256 else "int32"


def _replace(index: Array, where: Array, tap: int) -> None:
    """Set `index` to a number where the condition holds; bytes by masks, without branches."""
    if index.dtype != np.uint8:
        np.copyto(index, index.dtype.type(tap), where=where)
        return
    mask = np.negative(where.view(np.uint8))
    chosen = mask & np.uint8(tap)
    np.invert(mask, out=mask)
    index &= mask
    index |= chosen


def _scale(window: Window, sizes: tuple[int, ...], dtype: np.dtype) -> Array:
    """One over the number of elements of each window that are not padding, (1, *output, 1)."""
    ones = window.pad(np.ones((1, *sizes, 1)))
    count = sum(ones[at] for at in window.taps(window.output(sizes)))
    return (1.0 / np.maximum(count, 1)).astype(dtype)


def _blank(dy: Array, window: Window, sizes: tuple[int, ...]) -> Array:
    spatial = [n + sum(p) for n, p in zip(sizes, window.pads(sizes), strict=True)]
    return np.zeros((dy.shape[0], *spatial, dy.shape[-1]), dy.dtype)


def _by_parts(values: Array, work: Callable[[slice], None]) -> None:
    """Call `work` for parts of the batch that fit the cache; `values` has the size of what it handles."""
    step = max(BLOCK_BYTES // max(values[:1].nbytes, 1), 1)

    def share(images: slice) -> None:
        for start in range(images.start, images.stop, step):
            work(slice(start, min(start + step, images.stop)))

    over_batch(len(values), values.nbytes, share)
