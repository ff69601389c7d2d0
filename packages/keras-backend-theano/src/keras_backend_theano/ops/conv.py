"""Convolutions and pooling by the package's own Ops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytensor.tensor as pt
from keras_core.backend.toolkit import channels_first, dilated_size, each_axis, transposed_length

from keras_backend_theano.custom_ops.convolution import Convolve, InputGradient
from keras_backend_theano.custom_ops.pooling import AveragePool, MaxPool
from keras_backend_theano.kernels.window import Window
from keras_backend_theano.ops.shapes import lengths
from keras_backend_theano.symbolic import tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat


def _to_last(x: Any, first: bool) -> Any:
    return pt.moveaxis(x, 1, -1) if first else x


def _from_last(x: Any, first: bool) -> Any:
    return pt.moveaxis(x, -1, 1) if first else x


def conv(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: DataFormat = None,
    dilation_rate: Any = 1,
) -> Any:
    first = channels_first(data_format)
    x, kernel = _to_last(tensor(inputs), first), tensor(kernel)
    count = x.type.ndim - 2
    groups = x.type.shape[-1] // kernel.type.shape[-2]
    node = Convolve(each_axis(strides, count), padding, each_axis(dilation_rate, count), groups)
    return _from_last(node(x, kernel), first)


def conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    data_format: DataFormat = None,
    dilation_rate: Any = 1,
) -> Any:
    first = channels_first(data_format)
    x, kernel = _to_last(tensor(inputs), first), tensor(kernel)
    count = x.type.ndim - 2
    steps, dilation = each_axis(strides, count), each_axis(dilation_rate, count)
    extra: Sequence[int | None] = (None,) * count if output_padding is None else each_axis(output_padding, count)
    axes = list(zip(kernel.type.shape[:-2], steps, (padding,) * count, extra, dilation, strict=True))
    # The output is the input of the convolution whose transpose this is: of its length without padding,
    # (n - 1) * stride + dilated size of the kernel, `excess` elements are padding. It is the same for all n.
    excess = [dilated_size(axis[0], axis[-1]) - transposed_length(1, *axis) for axis in axes]
    pads = tuple((max(e // 2, 0), max(e - e // 2, 0)) if padding == "same" else (0, 0) for e in excess)
    space = [transposed_length(n, *axis) for n, axis in zip(lengths(x)[1:-1], axes, strict=True)]
    template = pt.alloc(tensor(0, x.type.dtype), lengths(x)[0], *space, lengths(kernel)[-2])
    return _from_last(InputGradient(steps, pads, dilation, 1)(kernel, x, template), first)


def _window(x: Any, pool_size: Any, strides: Any, padding: str) -> Window:
    count = x.type.ndim - 2
    size = each_axis(pool_size, count)
    return Window(size, size if strides is None else each_axis(strides, count), padding)


def max_pool(
    inputs: Any,
    pool_size: Any,
    strides: Any = None,
    padding: str = "valid",
    data_format: DataFormat = None,
) -> Any:
    first = channels_first(data_format)
    x = _to_last(inputs, first)
    return _from_last(MaxPool(_window(x, pool_size, strides, padding))(x)[0], first)


def average_pool(
    inputs: Any,
    pool_size: Any,
    strides: Any = None,
    padding: str = "valid",
    data_format: DataFormat = None,
) -> Any:
    first = channels_first(data_format)
    x = _to_last(inputs, first)
    return _from_last(AveragePool(_window(x, pool_size, strides, padding))(x), first)
