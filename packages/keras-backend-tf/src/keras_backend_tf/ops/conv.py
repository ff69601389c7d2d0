"""Convolutions and pooling, computed with channels last; one spatial axis becomes two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit import channels_first, dilated_size, each_axis, transposed_length

from keras_backend_tf.framework import raw, tf, uses_onednn
from keras_backend_tf.ops.shapes import as_shape, rank_of, sizes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import DataFormat, Size, Tensor


def _native(dtype: Any) -> bool:
    """Whether dilated and grouped convolutions can be differentiated: a CPU does so by oneDNN's kernels only."""
    return dtype is not tf.float64 and (uses_onednn() or bool(tf.config.list_physical_devices("GPU")))


def _channels_last(x: Tensor, data_format: DataFormat) -> Tensor:
    if not channels_first(data_format):
        return x
    rank = rank_of(x)
    return raw.Transpose(x=x, perm=[0, *range(2, rank), 1])


def _restored(x: Tensor, data_format: DataFormat) -> Tensor:
    if not channels_first(data_format):
        return x
    rank = rank_of(x)
    return raw.Transpose(x=x, perm=[0, rank - 1, *range(1, rank - 1)])


def conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: Size = 1,
    padding: str = "valid",
    data_format: DataFormat = None,
    dilation_rate: Size = 1,
) -> Tensor:
    count = rank_of(inputs) - 2
    steps, dilation = each_axis(strides, count), each_axis(dilation_rate, count)
    x = _channels_last(inputs, data_format)
    if count == 1:
        x, kernel = raw.ExpandDims(input=x, axis=1), raw.ExpandDims(input=kernel, axis=0)
        steps, dilation = (1, *steps), (1, *dilation)
    if max(dilation) > 1 and (not _native(x.dtype) or (count == 3 and x.dtype.size < 4)):
        kernel, dilation = _spread(kernel, dilation), (1,) * len(dilation)
    groups = (x.shape[-1] or kernel.shape[-2]) // kernel.shape[-2]
    even = (steps[-1],) * 2 if count == 1 else steps  # the axis of one that was put in front goes along with any step
    if groups > 1 and groups == x.shape[-1] and len(set(even)) == 1 and count < 3 and not _native(x.dtype):
        result = _depthwise(x, kernel, even, padding)
    elif groups > 1 and (count == 3 or not _native(x.dtype)):
        parts = zip(tf.split(x, groups, -1), tf.split(kernel, groups, -1), strict=True)
        result = tf.concat([_conv(one, part, steps, padding, dilation) for one, part in parts], -1)
    else:
        result = _conv(x, kernel, steps, padding, dilation)
    return _restored(raw.Squeeze(input=result, axis=[1]) if count == 1 else result, data_format)


def _conv(x: Tensor, kernel: Tensor, steps: Sequence[int], padding: str, dilation: Sequence[int]) -> Tensor:
    kernel_of = raw.Conv2D if len(steps) == 2 else raw.Conv3D
    return kernel_of(
        input=x, filter=kernel, strides=[1, *steps, 1], padding=padding.upper(), dilations=[1, *dilation, 1]
    )


def _depthwise(x: Tensor, kernel: Tensor, steps: Sequence[int], padding: str) -> Tensor:
    """A convolution of each channel by itself."""
    height, width, _, filters = kernel.shape
    channels = x.shape[-1]
    kernel = tf.reshape(kernel, (height, width, channels, filters // channels))
    return raw.DepthwiseConv2dNative(input=x, filter=kernel, strides=[1, *steps, 1], padding=padding.upper())


def _spread(kernel: Tensor, dilation: Sequence[int]) -> Tensor:
    """The kernel with zeros between its elements, which convolves like the dilated one."""
    for axis, rate in enumerate(dilation):
        if rate > 1:
            size = kernel.shape[axis]
            rows = tf.one_hot([k * rate for k in range(size)], (size - 1) * rate + 1, axis=0, dtype=kernel.dtype)
            kernel = tf.tensordot(rows, kernel, ((1,), (axis,)))
            kernel = tf.transpose(kernel, [*range(1, axis + 1), 0, *range(axis + 1, rank_of(kernel))])
    return kernel


def conv_transpose(
    inputs: Tensor,
    kernel: Tensor,
    strides: Size = 1,
    padding: str = "valid",
    output_padding: Size | None = None,
    data_format: DataFormat = None,
    dilation_rate: Size = 1,
) -> Tensor:
    """The full transposed convolution, cropped or zero-padded to the length wanted."""
    count = rank_of(inputs) - 2
    steps, dilation = each_axis(strides, count), each_axis(dilation_rate, count)
    extra: tuple[int | None, ...] = (None,) * count if output_padding is None else each_axis(output_padding, count)
    x = _channels_last(inputs, data_format)
    if count == 1:
        x, kernel = raw.ExpandDims(input=x, axis=1), raw.ExpandDims(input=kernel, axis=0)
        steps, dilation, extra = (1, *steps), (1, *dilation), (0 if padding == "valid" else None, *extra)
    spans = [dilated_size(size, rate) for size, rate in zip(kernel.shape, dilation, strict=False)]
    if max(dilation) > 1 and not _native(x.dtype):
        kernel, dilation = _spread(kernel, dilation), (1,) * len(dilation)
    batch, *space, _ = sizes_of(x)
    whole = [(size - 1) * step + span for size, step, span in zip(space, steps, spans, strict=True)]
    wanted = [
        transposed_length(size, span, step, padding, more)
        for size, span, step, more in zip(space, spans, steps, extra, strict=True)
    ]
    centred = padding == "same"
    if centred and all(more is None and span >= step for more, span, step in zip(extra, spans, steps, strict=True)):
        whole = wanted  # TensorFlow's own "SAME" crops in the same places
    kernel_of = raw.Conv2DBackpropInput if len(steps) == 2 else raw.Conv3DBackpropInputV2
    result = kernel_of(
        input_sizes=as_shape([batch, *whole, kernel.shape[-2]]),
        filter=kernel,
        out_backprop=x,
        strides=[1, *steps, 1],
        padding="SAME" if whole is wanted else "VALID",
        dilations=[1, *dilation, 1],
    )
    if whole is not wanted:
        for axis, (have, want) in enumerate(zip(whole, wanted, strict=True), 1):
            result = _fitted(result, axis, have, want, centred)
    return _restored(raw.Squeeze(input=result, axis=[1]) if count == 1 else result, data_format)


def _fitted(x: Tensor, axis: int, have: Any, want: Any, centred: bool) -> Tensor:
    """One axis cropped (at both ends where `centred`) or zero-padded at its end."""
    if isinstance(have, int):
        before, missing = (max(have - want, 0) // 2 if centred else 0), want - have
    else:
        before, missing = tf.maximum(have - want, 0) // 2 if centred else 0, want - have
    missing = missing + before
    if not isinstance(missing, int) or missing > 0:
        behind = tf.maximum(missing, 0) if tf.is_tensor(missing) else missing
        x = tf.pad(x, [[0, behind] if k == axis else [0, 0] for k in range(rank_of(x))])
    key = [slice(None)] * rank_of(x)
    key[axis] = slice(before, before + want)
    return x[tuple(key)]


def _pooled(
    kernels: tuple[Callable[..., Tensor], Callable[..., Tensor]],
    inputs: Tensor,
    pool_size: Size,
    strides: Size | None,
    padding: str,
    data_format: DataFormat,
) -> Tensor:
    count = rank_of(inputs) - 2
    window = each_axis(pool_size, count)
    steps = window if strides is None else each_axis(strides, count)
    x = _channels_last(inputs, data_format)
    if count == 1:
        x, window, steps = raw.ExpandDims(input=x, axis=1), (1, *window), (1, *steps)
    if count == 3 and x.dtype in (tf.float16, tf.float64):  # for which a CPU has no kernel
        return _restored(_pooled_by_planes(kernels[0], x, window, steps, padding.upper()), data_format)
    argument = "value" if kernels[0] is raw.AvgPool and count < 3 else "input"
    result = kernels[count == 3](
        **{argument: x}, ksize=[1, *window, 1], strides=[1, *steps, 1], padding=padding.upper()
    )
    return _restored(raw.Squeeze(input=result, axis=[1]) if count == 1 else result, data_format)


def _pooled_by_planes(
    kernel: Callable[..., Tensor], x: Tensor, window: Sequence[int], steps: Sequence[int], padding: str
) -> Tensor:
    """Pooling over three axes as one over the last two, then one over the first."""
    batch, depth, *plane, channels = sizes_of(x)
    kind = "value" if kernel is raw.AvgPool else "input"
    x = tf.reshape(x, as_shape((batch * depth, *plane, channels)))
    x = kernel(**{kind: x}, ksize=[1, *window[1:], 1], strides=[1, *steps[1:], 1], padding=padding)
    _, rows, columns, _ = sizes_of(x)
    x = tf.reshape(x, as_shape((batch, depth, rows * columns, channels)))
    x = kernel(**{kind: x}, ksize=[1, window[0], 1, 1], strides=[1, steps[0], 1, 1], padding=padding)
    return tf.reshape(x, as_shape((batch, sizes_of(x)[1], rows, columns, channels)))


def max_pool(
    inputs: Tensor,
    pool_size: Size,
    strides: Size | None = None,
    padding: str = "valid",
    data_format: DataFormat = None,
) -> Tensor:
    return _pooled((raw.MaxPool, raw.MaxPool3D), inputs, pool_size, strides, padding, data_format)


def average_pool(
    inputs: Tensor,
    pool_size: Size,
    strides: Size | None = None,
    padding: str = "valid",
    data_format: DataFormat = None,
) -> Tensor:
    return _pooled((raw.AvgPool, raw.AvgPool3D), inputs, pool_size, strides, padding, data_format)
