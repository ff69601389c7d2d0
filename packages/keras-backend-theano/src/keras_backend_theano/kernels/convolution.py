"""Convolution of channels-last batches in any number of dimensions, and its two gradients.

Windows are copied into a buffer that fits the cache, block by block, and multiplied by GEMM
("im2col", K. Chellapilla et al., 2006). Inputs are (batch, *spatial, channels), kernels
(*size, channels // groups, filters). As usual in neural networks nothing is flipped.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from keras_backend_theano.kernels.threads import over_batch
from keras_backend_theano.kernels.window import Array, Window, blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BLOCK_BYTES = 2 << 20
MIN_ROWS = 512


def _in_single(function: Callable[..., Array]) -> Callable[..., Array]:
    """Half precision has no GEMM in NumPy: compute in float32 and round the result."""

    @functools.wraps(function)
    def run(a: Array, b: Array, *rest: object) -> Array:
        dtype = np.result_type(a, b)
        if dtype != np.float16:
            return function(a, b, *rest)
        return function(a.astype(np.float32), b.astype(np.float32), *rest).astype(dtype)

    return run


@_in_single
def convolve(x: Array, kernel: Array, window: Window, groups: int = 1) -> Array:
    """Convolution.

    Args:
        x: (batch, *spatial, channels).
        kernel: (*size, channels // groups, filters).
        window: size and movement of the kernel.
        groups: number of groups that channels and filters are divided into.

    Returns:
        (batch, *output, filters).

    Raises:
        ValueError: when the window does not fit into the input.
    """
    output = window.output(x.shape[1:-1])
    result = np.empty((x.shape[0], *output, kernel.shape[-1]), x.dtype)
    padded = window.pad(x)
    depthwise = groups > 1 and kernel.shape[-2] == 1
    weights = kernel if depthwise else _by_group(kernel, groups)

    def work(images: slice) -> None:
        if depthwise:
            _depthwise(padded[images], weights, window, result[images])
        else:
            _dense(padded[images], weights, window, result[images])

    over_batch(len(x), max(x.nbytes, result.nbytes), work)
    return result


def _dense(padded: Array, weights: Array, window: Window, result: Array) -> None:
    """Convolve into `result`; `weights` as `_by_group` gives them."""
    groups = len(weights)
    for part, patches in _patches(padded, window, result.shape[1:-1], groups):
        target = result[part]
        if groups == 1:
            np.matmul(patches[0], weights[0], out=target.reshape(-1, target.shape[-1]))
        else:
            target[...] = _ungroup(patches @ weights, target.shape)


@_in_single
def kernel_gradient(x: Array, dy: Array, window: Window, groups: int = 1) -> Array:
    """Gradient of a loss with respect to the kernel.

    Args:
        x: (batch, *spatial, channels), the input of `convolve`.
        dy: (batch, *output, filters), the gradient with respect to its output.
        window: size and movement of the kernel.
        groups: number of groups that channels and filters are divided into.

    Returns:
        (*size, channels // groups, filters).
    """
    padded = window.pad(x)
    per_group = x.shape[-1] // groups
    one_share = _depthwise_kernel_gradient if groups > 1 and per_group == 1 else _dense_kernel_gradient
    shares = over_batch(
        len(x), max(x.nbytes, dy.nbytes), lambda images: one_share(padded[images], dy[images], window, groups)
    )
    return functools.reduce(np.add, shares)


def _dense_kernel_gradient(padded: Array, dy: Array, window: Window, groups: int) -> Array:
    per_group = padded.shape[-1] // groups
    total = np.zeros((groups, window.volume * per_group, dy.shape[-1] // groups), dy.dtype)
    for part, patches in _patches(padded, window, dy.shape[1:-1], groups):
        total += patches.transpose(0, 2, 1) @ _group(dy[part], groups)
    split = total.reshape(groups, *window.size, per_group, -1)
    return np.ascontiguousarray(np.moveaxis(split, 0, -2)).reshape(*window.size, per_group, dy.shape[-1])


@_in_single
def input_gradient(kernel: Array, dy: Array, window: Window, sizes: tuple[int, ...], groups: int = 1) -> Array:
    """Gradient of a loss with respect to the input; also the transposed convolution of `dy`.

    Args:
        kernel: (*size, channels // groups, filters).
        dy: (batch, *output, filters), the gradient with respect to the output of `convolve`.
        window: size and movement of the kernel.
        sizes: spatial shape of the input.
        groups: number of groups that channels and filters are divided into.

    Returns:
        (batch, *sizes, channels).

    Raises:
        ValueError: when the window does not fit into `sizes`.
    """
    output = dy.shape[1:-1]
    window.output(sizes)
    per_group = kernel.shape[-2]
    spatial = [n + sum(p) for n, p in zip(sizes, window.pads(sizes), strict=True)]
    padded = np.zeros((dy.shape[0], *spatial, per_group * groups), dy.dtype)
    taps = list(window.taps(output))

    def work(images: slice) -> None:
        if groups > 1 and per_group == 1:
            _depthwise_input_gradient(padded[images], kernel, dy[images], window)
        else:
            _scatter(padded[images], kernel, dy[images], window, taps, groups)

    over_batch(len(dy), max(padded.nbytes, dy.nbytes), work)
    return window.crop(padded, sizes)


def _scatter(
    padded: Array,
    kernel: Array,
    dy: Array,
    window: Window,
    taps: list[tuple[slice, ...]],
    groups: int,
) -> None:
    """Add the product of `dy` with each kernel element's weights to the inputs that the element read."""
    output, channels = dy.shape[1:-1], padded.shape[-1]
    # (groups, taps, filters, channels): one GEMM per kernel element, so that the sums run over long rows
    weights = _by_group(kernel, groups).reshape(groups, len(taps), channels // groups, -1)
    weights = np.ascontiguousarray(weights.transpose(0, 1, 3, 2))
    row_cells = int(np.prod(output[1:])) if output else 1
    row_bytes = row_cells * len(taps) * channels * dy.itemsize
    first = window.strides[0]
    for images, rows in blocks(dy.shape[0], output[0], row_bytes, BLOCK_BYTES):
        grouped = _group(dy[images, rows], groups)
        products = grouped[:, None] @ weights
        shape = (images.stop - images.start, rows.stop - rows.start, *output[1:])
        for tap, at in enumerate(taps):
            begin = at[1].start + rows.start * first
            end = at[1].start + (rows.stop - 1) * first + 1
            cells = padded[(images, slice(begin, end, first), *at[2:])]
            cells += _ungroup(products[:, tap], (*shape, channels))


def _by_group(kernel: Array, groups: int) -> Array:
    """The kernel as (groups, elements * channels of a group, filters of a group)."""
    flat = kernel.reshape(-1, groups, kernel.shape[-1] // groups)
    return np.ascontiguousarray(flat.transpose(1, 0, 2))


def _group(values: Array, groups: int) -> Array:
    """(groups, rows, channels of a group) of (..., channels)."""
    return values.reshape(-1, groups, values.shape[-1] // groups).transpose(1, 0, 2)


def _ungroup(values: Array, shape: tuple[int, ...]) -> Array:
    """Undo `_group`."""
    return values.transpose(1, 0, 2).reshape(shape)


def _patches(
    padded: Array, window: Window, output: tuple[int, ...], groups: int
) -> Iterator[tuple[tuple[slice, slice], Array]]:
    """Parts of the output with the windows that they need, (groups, rows, elements * channels)."""
    view = window.view(padded, output)
    channels = padded.shape[-1]
    width = window.volume * channels
    pointwise = window.volume == 1 and groups == 1
    row_cells = int(np.prod(output[1:]))
    row_bytes = row_cells * width * padded.itemsize
    budget = max(BLOCK_BYTES, MIN_ROWS * width * padded.itemsize)
    split = (*view.shape[:-1], groups, channels // groups)
    windows = np.moveaxis(view.reshape(split) if groups > 1 else view[..., None, :], -2, 0)
    for part in blocks(padded.shape[0], output[0], row_bytes, budget):
        chosen = windows[(slice(None), *part)]
        if pointwise:
            yield part, np.ascontiguousarray(chosen).reshape(1, -1, channels)
        else:
            rows = (part[0].stop - part[0].start) * (part[1].stop - part[1].start) * row_cells
            yield part, np.ascontiguousarray(chosen).reshape(groups, rows, width // groups)


def _depthwise(padded: Array, kernel: Array, window: Window, result: Array) -> None:
    """One input channel a group: a sum of products of rows, without GEMM."""
    windows, lead = _row_windows(padded, window, result.shape)
    weights = kernel.reshape(*window.size, -1)
    weights = np.tile(weights, windows.shape[-1] // weights.shape[-1])
    taps = _TAPS[: len(window.size)]
    rows = result.reshape(*windows.shape[: len(lead)], -1)
    np.einsum(f"{lead}{taps}r,{taps}r->{lead}r", windows, weights, out=rows)


def _depthwise_kernel_gradient(padded: Array, dy: Array, window: Window, groups: int) -> Array:
    windows, lead = _row_windows(padded, window, dy.shape)
    rows = dy.reshape(*windows.shape[: len(lead)], -1)
    total = np.empty((*window.size, windows.shape[-1]), dy.dtype)
    before = (slice(None),) * len(lead)
    for tap in np.ndindex(*window.size):  # all in one product are no faster, and add up in another order
        np.einsum(f"{lead}r,{lead}r->r", windows[(*before, *tap)], rows, out=total[tap])
    return total.reshape(*window.size, -1, dy.shape[-1]).sum(-2, keepdims=True)


def _depthwise_input_gradient(padded: Array, kernel: Array, dy: Array, window: Window) -> None:
    """The convolution of `dy`, spread out by the strides, with the kernel turned round."""
    channels, filters = padded.shape[-1], dy.shape[-1]
    reach = window.reach()
    sizes = [(n - 1) * s + 1 for n, s in zip(dy.shape[1:-1], window.strides, strict=True)]
    spread = np.zeros((len(dy), *(n + 2 * (r - 1) for n, r in zip(sizes, reach, strict=True)), filters), dy.dtype)
    inside = (slice(r - 1, r - 1 + n, s) for n, r, s in zip(sizes, reach, window.strides, strict=True))
    spread[(slice(None), *inside)] = dy
    found = np.empty((len(dy), *(n + r - 1 for n, r in zip(sizes, reach, strict=True)), filters), dy.dtype)
    turned = kernel[(slice(None, None, -1),) * len(reach)]
    _depthwise(spread, turned, Window(window.size, (1,) * len(reach), "valid", window.dilation), found)
    if filters > channels:
        found = found.reshape(*found.shape[:-1], channels, -1).sum(-1)
    padded[tuple(map(slice, found.shape))] = found


_LEAD, _TAPS = "abcd", "xyz"
"""Axes in products of windows: those of the output, and those of the window."""


def _row_windows(padded: Array, window: Window, output: tuple[int, ...]) -> tuple[Array, str]:
    """The windows of each filter's channel, (batch, *space, *size, row), and the names of the axes before the size.

    A row is all channels of one place; of all places along the last axis, where these are next to each other: a product
    of long rows is several times as fast.

    Args:
        padded: (batch, *padded spatial, channels).
        window: size and movement of the kernel.
        output: shape of the output.
    """
    rank = len(window.size)
    inputs = np.ascontiguousarray(padded)
    if output[-1] > padded.shape[-1]:
        inputs = np.repeat(inputs, output[-1] // padded.shape[-1], axis=-1)
    view = window.view(inputs, output[1:-1])
    if window.strides[-1] != 1:
        return view, _LEAD[: rank + 1]
    view = np.moveaxis(view, rank, -2)
    return view.reshape(*view.shape[:-2], -1), _LEAD[:rank]
