"""Convolutions and pooling by the package's own Ops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytensor.tensor as pt
from keras_core import config

from keras_backend_theano.custom_ops.convolution import Convolve, InputGradient
from keras_backend_theano.custom_ops.pooling import AveragePool, MaxPool
from keras_backend_theano.kernels.window import Window
from keras_backend_theano.ops.shapes import lengths
from keras_backend_theano.symbolic import tensor


def _each(value: Any, count: int) -> tuple[int, ...]:
    """One int for each spatial axis."""
    return (value,) * count if isinstance(value, int) else tuple(map(int, value))


def _channels_first(data_format: str | None) -> bool:
    return (data_format or config.image_data_format()) == "channels_first"


def _to_last(x: Any, first: bool) -> Any:
    return pt.moveaxis(x, 1, -1) if first else x


def _from_last(x: Any, first: bool) -> Any:
    return pt.moveaxis(x, -1, 1) if first else x


def conv(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    first = _channels_first(data_format)
    x, kernel = _to_last(tensor(inputs), first), tensor(kernel)
    count = x.type.ndim - 2
    groups = x.type.shape[-1] // kernel.type.shape[-2]
    node = Convolve(_each(strides, count), padding, _each(dilation_rate, count), groups)
    return _from_last(node(x, kernel), first)


def conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    first = _channels_first(data_format)
    x, kernel = _to_last(tensor(inputs), first), tensor(kernel)
    count = x.type.ndim - 2
    steps, dilation = _each(strides, count), _each(dilation_rate, count)
    reaches = Window(kernel.type.shape[:-2], steps, "valid", dilation).reach()
    extra: Sequence[int | None] = (None,) * count if output_padding is None else _each(output_padding, count)
    # The output is the input of the convolution whose transpose this is: its length is
    # (n - 1) * stride + reach - excess, and `excess` cells of that convolution's windows lie in padding.
    excess = [_excess(reach, step, padding, more) for reach, step, more in zip(reaches, steps, extra, strict=True)]
    pads = tuple((max(e // 2, 0), max(e - e // 2, 0)) if padding == "same" else (0, 0) for e in excess)
    space = [
        (n - 1) * step + reach - e for n, step, reach, e in zip(lengths(x)[1:-1], steps, reaches, excess, strict=True)
    ]
    template = pt.alloc(tensor(0, x.type.dtype), lengths(x)[0], *space, lengths(kernel)[-2])
    return _from_last(InputGradient(steps, pads, dilation, 1)(kernel, x, template), first)


def _excess(reach: int, step: int, padding: str, more: int | None) -> int:
    if more is None:
        return reach - step - (max(reach - step, 0) if padding == "valid" else 0)
    return (2 * (reach // 2) if padding == "same" else 0) - more


def _window(x: Any, pool_size: Any, strides: Any, padding: str) -> Window:
    count = x.type.ndim - 2
    size = _each(pool_size, count)
    return Window(size, size if strides is None else _each(strides, count), padding)


def max_pool(
    inputs: Any,
    pool_size: Any,
    strides: Any = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    first = _channels_first(data_format)
    x = _to_last(inputs, first)
    return _from_last(MaxPool(_window(x, pool_size, strides, padding))(x)[0], first)


def average_pool(
    inputs: Any,
    pool_size: Any,
    strides: Any = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    first = _channels_first(data_format)
    x = _to_last(inputs, first)
    return _from_last(AveragePool(_window(x, pool_size, strides, padding))(x), first)
