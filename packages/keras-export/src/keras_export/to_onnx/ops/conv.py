"""Convolutions and pooling, which ONNX has with channels first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes
from keras_core.backend.toolkit import (
    channels_first,
    dilated_size,
    each_axis,
    output_length,
    same_padding,
    transposed_length,
)

from keras_export.to_onnx.values import Unsupported, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_export.to_onnx.builder import Builder


def _inputs(g: Builder, x: Value, data_format: Any) -> tuple[Value, bool]:
    """Inputs with channels first, and whether they came so."""
    first = channels_first(data_format)
    return (x if first else g.channels_first(x)), first


def _back(g: Builder, x: Value, first: bool) -> Value:
    return x if first else g.channels_last(x)


def _padding(
    padding: str, space: Sequence[int | None], window: Sequence[int], steps: Sequence[int], rates: Sequence[int]
) -> dict[str, Any]:
    """The attributes that say how an operator pads."""
    if padding == "valid":
        return {}
    lengths = [n if s > 1 else 1 for n, s in zip(space, steps, strict=True)]  # any length does where windows touch
    if None in lengths:
        if any(rate > 1 for rate in rates):
            raise Unsupported("padding 'same' with strides and dilation along an axis of unknown length")
        return {"auto_pad": "SAME_UPPER"}
    pairs = [same_padding(*each) for each in zip(lengths, window, steps, rates, strict=True)]  # type: ignore[arg-type]
    return {"pads": [a for a, _ in pairs] + [b for _, b in pairs]} if np.any(pairs) else {}


def _lengths(space: Sequence[int | None], window: Sequence[int], steps: Any, padding: str, rates: Any) -> list[Any]:
    return [output_length(n, w, s, padding, r) for n, w, s, r in zip(space, window, steps, rates, strict=True)]


def _sizes(kernel: Value) -> list[int]:
    if None in kernel.shape:
        raise Unsupported("a kernel of unknown size")
    return [int(n) for n in kernel.shape if n is not None]


def conv(
    g: Builder,
    inputs: Value,
    kernel: Value,
    strides: Any = 1,
    padding: str = "valid",
    data_format: Any = None,
    dilation_rate: Any = 1,
) -> Value:
    count = kernel.ndim - 2
    *window, per_group, filters = _sizes(kernel)
    steps, rates = each_axis(strides, count), each_axis(dilation_rate, count)
    x, first = _inputs(g, inputs, data_format)
    channels = x.shape[1]
    if channels is None:
        raise Unsupported("an unknown number of channels")
    space = x.shape[2:]
    shape = (x.shape[0], filters, *_lengths(space, window, steps, padding, rates))
    found = g.node(
        "Conv",
        x,
        g.transpose(kernel, [count + 1, count, *range(count)]),
        shape=shape,
        strides=steps,
        dilations=rates,
        group=channels // per_group,
        kernel_shape=window,
        **_padding(padding, space, window, steps, rates),
    )
    return _back(g, found, first)


def conv_transpose(
    g: Builder,
    inputs: Value,
    kernel: Value,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    data_format: Any = None,
    dilation_rate: Any = 1,
) -> Value:
    count = kernel.ndim - 2
    *window, filters, _ = _sizes(kernel)
    steps, rates = each_axis(strides, count), each_axis(dilation_rate, count)
    extra: Sequence[int | None] = (None,) * count if output_padding is None else each_axis(output_padding, count)
    x, first = _inputs(g, inputs, data_format)
    cuts, more, lengths = [], [], []
    axes = zip(window, steps, (padding,) * count, extra, rates, strict=True)
    for n, axis in zip(x.shape[2:], axes, strict=True):
        longer = dilated_size(axis[0], axis[-1]) - transposed_length(1, *axis)  # the whole than what is wanted
        before = max(longer, 0) // 2 if padding == "same" else 0
        cuts.append((before, max(longer - before, 0)))
        more.append(max(before - longer, 0))
        lengths.append(transposed_length(n, *axis))
    found = g.node(
        "ConvTranspose",
        x,
        g.transpose(kernel, [count + 1, count, *range(count)]),
        shape=(x.shape[0], filters, *lengths),
        strides=steps,
        dilations=rates,
        kernel_shape=window,
        pads=[a for a, _ in cuts] + [b for _, b in cuts],
        output_padding=more,
    )
    return _back(g, found, first)


def _pooled(
    g: Builder, op: str, inputs: Value, pool_size: Any, strides: Any, padding: str, data_format: Any, **more: Any
) -> Value:
    if not dtypes.is_float(inputs.dtype):
        return g.cast(_pooled(g, op, g.cast(inputs, "float64"), pool_size, strides, padding, data_format), inputs.dtype)
    count = inputs.ndim - 2
    window = each_axis(pool_size, count)
    steps = window if strides is None else each_axis(strides, count)
    x, first = _inputs(g, inputs, data_format)
    rates = (1,) * count
    shape = (*x.shape[:2], *_lengths(x.shape[2:], window, steps, padding, rates))
    more |= _padding(padding, x.shape[2:], window, steps, rates)
    return _back(g, g.node(op, x, shape=shape, kernel_shape=window, strides=steps, **more), first)


def max_pool(
    g: Builder, inputs: Value, pool_size: Any, strides: Any = None, padding: str = "valid", data_format: Any = None
) -> Value:
    return _pooled(g, "MaxPool", inputs, pool_size, strides, padding, data_format)


def average_pool(
    g: Builder, inputs: Value, pool_size: Any, strides: Any = None, padding: str = "valid", data_format: Any = None
) -> Value:
    return _pooled(g, "AveragePool", inputs, pool_size, strides, padding, data_format, count_include_pad=0)
