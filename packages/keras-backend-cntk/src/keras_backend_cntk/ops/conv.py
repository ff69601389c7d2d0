"""Convolutions and pooling: CNTK has channels first and kernels (out, in, *window)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.backend.toolkit import channels_first, each_axis, same_padding, transposed_padding

from keras_backend_cntk.expressions import Expr, call, constant, joined, number, picked, reshaped, sliced, transposed
from keras_backend_cntk.ops.elementwise import multiply
from keras_backend_cntk.ops.shaping import pad

if TYPE_CHECKING:
    from keras_core.typing import DataFormat


def _first(x: Expr, data_format: DataFormat) -> tuple[Expr, bool]:
    """Inputs with channels first, and whether they had them so."""
    if channels_first(data_format):
        return x, True
    return transposed(x, [0, x.ndim - 1, *range(1, x.ndim - 1)]), False


def _back(x: Expr, first: bool) -> Expr:
    return x if first else transposed(x, [0, *range(2, x.ndim), 1])


def _padded(x: Expr, pairs: list[tuple[int, int]], value: Any = 0) -> Expr:
    for axis, (a, b) in enumerate(pairs, 2):
        x = sliced(x, axis, max(-a, 0), x.shape[axis] - max(-b, 0))
    return pad(x, [(0, 0), (0, 0), *((max(a, 0), max(b, 0)) for a, b in pairs)], "constant", value)


def _spread(x: Expr, steps: tuple[int, ...]) -> Expr:
    """Zeros between the elements of the axes from the third on."""
    if all(step == 1 for step in steps):
        return x
    places = np.full((*x.shape[:2], *((n - 1) * s + 1 for n, s in zip(x.shape[2:], steps, strict=True))), x.size)
    places[(slice(None), slice(None), *(slice(None, None, s) for s in steps))] = np.arange(x.size).reshape(x.shape)
    flat = joined([reshaped(x, (x.size,)), constant([0], x.precision)], 0)
    return picked(flat, places)


def _product(x: Expr, kernel: Expr, steps: tuple[int, ...], pads: list[tuple[int, int]]) -> Expr:
    """A convolution of channels-first inputs with a kernel (out, in, *window)."""
    window = kernel.shape[2:]
    auto = [a == b == (k - 1) // 2 and k % 2 == 1 and s == 1 for (a, b), k, s in zip(pads, window, steps, strict=True)]
    x = _padded(x, [(0, 0) if whole else pair for whole, pair in zip(auto, pads, strict=True)])
    groups = x.shape[1] // kernel.shape[1]
    if groups > 1:
        size, filters = kernel.shape[1], kernel.shape[0] // groups
        parts = [
            _plain(
                sliced(x, 1, g * size, (g + 1) * size), sliced(kernel, 0, g * filters, (g + 1) * filters), steps, auto
            )
            for g in range(groups)
        ]
        return joined(parts, 1)
    return _plain(x, kernel, steps, auto)


def _plain(x: Expr, kernel: Expr, steps: tuple[int, ...], auto: list[bool]) -> Expr:
    sizes = [
        n if whole else (n - k) // s + 1
        for n, k, s, whole in zip(x.shape[2:], kernel.shape[2:], steps, auto, strict=True)
    ]
    shape = (x.shape[0], kernel.shape[0], *sizes)
    return call("convolution", x, kernel, shape=shape, strides=list(steps), auto=auto)


def conv(
    inputs: Expr,
    kernel: Expr,
    strides: Any = 1,
    padding: str = "valid",
    data_format: DataFormat = None,
    dilation_rate: Any = 1,
) -> Expr:
    count = kernel.ndim - 2
    steps, dilation = each_axis(strides, count), each_axis(dilation_rate, count)
    x, first = _first(inputs, data_format)
    pads = [(0, 0)] * count
    if padding == "same":
        pads = list(map(same_padding, x.shape[2:], kernel.shape[:count], steps, dilation))
    filters = _spread(transposed(kernel, [count + 1, count, *range(count)]), dilation)
    return _back(_product(x, filters, steps, pads), first)


def conv_transpose(
    inputs: Expr,
    kernel: Expr,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    data_format: DataFormat = None,
    dilation_rate: Any = 1,
) -> Expr:
    count = kernel.ndim - 2
    steps, dilation = each_axis(strides, count), each_axis(dilation_rate, count)
    extra = (None,) * count if output_padding is None else each_axis(output_padding, count)
    x, first = _first(inputs, data_format)
    pairs = [
        transposed_padding(n, size, step, padding, more, rate)
        for n, size, step, more, rate in zip(x.shape[2:], kernel.shape[:count], steps, extra, dilation, strict=True)
    ]
    filters = transposed(kernel, [count, count + 1, *range(count)])  # (out, in, *window)
    turned = picked(filters, np.flip(np.arange(filters.size).reshape(filters.shape), tuple(range(2, filters.ndim))))
    spread = _padded(_spread(x, steps), pairs)
    return _back(_product(spread, _spread(turned, dilation), (1,) * count, [(0, 0)] * count), first)


def _pooled(name: str, x: Expr, window: tuple[int, ...], steps: tuple[int, ...]) -> Expr:
    sizes = [(n - k) // s + 1 for n, k, s in zip(x.shape[2:], window, steps, strict=True)]
    return call(name, x, shape=(*x.shape[:2], *sizes), window=list(window), strides=list(steps))


def _prepared(
    inputs: Expr, pool_size: Any, strides: Any, padding: str, data_format: DataFormat
) -> tuple[Expr, bool, tuple[int, ...], tuple[int, ...], list[tuple[int, int]]]:
    count = inputs.ndim - 2
    window = each_axis(pool_size, count)
    steps = window if strides is None else each_axis(strides, count)
    x, first = _first(inputs, data_format)
    pads = list(map(same_padding, x.shape[2:], window, steps)) if padding == "same" else [(0, 0)] * count
    return x, first, window, steps, pads


def max_pool(
    inputs: Expr, pool_size: Any, strides: Any = None, padding: str = "valid", data_format: DataFormat = None
) -> Expr:
    x, first, window, steps, pads = _prepared(inputs, pool_size, strides, padding, data_format)
    return _back(_pooled("max_pool", _padded(x, pads, number(-3e38, x)), window, steps), first)


def average_pool(
    inputs: Expr, pool_size: Any, strides: Any = None, padding: str = "valid", data_format: DataFormat = None
) -> Expr:
    x, first, window, steps, pads = _prepared(inputs, pool_size, strides, padding, data_format)
    means = _pooled("average_pool", _padded(x, pads), window, steps)
    if any(any(pair) for pair in pads):
        counts = [
            [sum(0 <= o * s + k - pair[0] < n for k in range(w)) for o in range(out)]
            for out, s, w, n, pair in zip(means.shape[2:], steps, window, x.shape[2:], pads, strict=True)
        ]
        share = np.ones((1, 1))
        for one in counts:
            share = share[..., None] * np.asarray(one, float)
        means = multiply(means, constant(math.prod(window) / share, x.dtype))
    return _back(means, first)
