"""Activations, normalization, losses, convolution and pooling, with Keras 2's arguments and defaults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from keras_core import activations, config, ops, random
from keras_core.argument_names import also_named
from keras_core.saving import register_keras_serializable

if TYPE_CHECKING:
    from keras_core.typing import Axis, DataFormat, Tensor

Size = int | Sequence[int]


def relu(
    x: Tensor, alpha: float | Tensor = 0.0, max_value: float | Tensor | None = None, threshold: float | Tensor = 0.0
) -> Tensor:
    """`x` from `threshold` to `max_value`; below, `alpha` times the distance from the threshold.

    Args:
        x: tensor.
        alpha: slope below the threshold: a number, or a tensor that broadcasts with `x`. Defaults to 0.0.
        max_value: upper bound; None sets none. Defaults to None.
        threshold: value below which the slope is `alpha`. Defaults to 0.0.
    """
    return activations.relu(x, alpha, max_value, threshold)


def elu(x: Tensor, alpha: float = 1.0) -> Tensor:
    """`x` where positive, `alpha * (exp(x) - 1)` elsewhere.

    Args:
        x: tensor.
        alpha: scale of the negative part. Defaults to 1.0.
    """
    return ops.elu(x, alpha)


def softmax(x: Tensor, axis: int = -1) -> Tensor:
    """Exponentials divided by their sum along the axis.

    Args:
        x: tensor.
        axis: axis over which the result sums to 1. Defaults to -1.
    """
    return ops.softmax(x, axis)


@register_keras_serializable("keras_legacy", "hard_sigmoid_of_keras_2")
def hard_sigmoid(x: Tensor) -> Tensor:
    """`0.2 * x + 0.5`, limited to 0 and 1: Keras 2's line, flatter before 3 than that of `keras.ops`."""
    return ops.clip(ops.add(ops.multiply(x, 0.2), 0.5), 0.0, 1.0)


def dropout(x: Tensor, level: float, noise_shape: Any = None, seed: int | None = None) -> Tensor:
    """`x` with a share `level` of its elements set to 0 and the others scaled up.

    Args:
        x: tensor.
        level: fraction of the elements to drop.
        noise_shape: shape of the mask; None is that of `x`. Defaults to None.
        seed: an int, for the same numbers each time; None takes the global generator. Defaults to None.
    """
    return random.dropout(x, level, noise_shape, seed)


def l2_normalize(x: Tensor, axis: Axis = None) -> Tensor:
    """`x` divided by its L2 norm along axes.

    Args:
        x: tensor.
        axis: axis, or axes, of the norm; None takes the whole tensor. Defaults to None.
    """
    squares = ops.sum(ops.square(x), axis, True)
    return ops.multiply(x, ops.rsqrt(ops.maximum(squares, 1e-12)))


def in_top_k(predictions: Tensor, targets: Tensor, k: int) -> Tensor:
    """Whether each target class is among the `k` best predictions.

    Args:
        predictions: scores (batch, classes).
        targets: class indices (batch,).
        k: number of best predictions.
    """
    return ops.in_top_k(ops.cast(targets, "int32"), predictions, k)


def batch_normalization(
    x: Tensor,
    mean: Tensor,
    var: Tensor,
    beta: Tensor | None,
    gamma: Tensor | None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> Tensor:
    """`(x - mean) / sqrt(var + epsilon) * gamma + beta`; the four are vectors, or broadcast against `x`.

    Args:
        x: tensor.
        mean: mean to subtract.
        var: variance to divide by.
        beta: tensor to add.
        gamma: tensor to multiply by.
        axis: axis that vectors belong to. Defaults to -1.
        epsilon: small number added to the variance. Defaults to 0.001.
    """
    scale = ops.rsqrt(ops.add(var, epsilon))
    parts = [part if part is None else _along(part, x, axis) for part in (mean, scale, beta, gamma)]
    result = ops.multiply(ops.subtract(x, parts[0]), parts[1])
    if parts[3] is not None:
        result = ops.multiply(result, parts[3])
    return result if parts[2] is None else ops.add(result, parts[2])


def _along(vector: Tensor, x: Tensor, axis: int) -> Tensor:
    if ops.ndim(vector) != 1:
        return vector
    sizes = [1] * ops.ndim(x)
    sizes[axis] = -1
    return ops.reshape(vector, sizes)


def normalize_batch_in_training(
    x: Tensor, gamma: Tensor | None, beta: Tensor | None, reduction_axes: Sequence[int], epsilon: float = 1e-3
) -> tuple[Tensor, Tensor, Tensor]:
    """The batch normalized by its own mean and variance, and these two.

    Args:
        x: tensor.
        gamma: tensor to multiply by; None multiplies by none.
        beta: tensor to add; None adds none.
        reduction_axes: axes of mean and variance.
        epsilon: small number added to the variance. Defaults to 0.001.
    """
    axes = tuple(reduction_axes)
    mean, variance = ops.moments(x, axes, True)
    sizes = [1 if axis in axes else size for axis, size in enumerate(ops.shape(x))]
    gamma = None if gamma is None else ops.reshape(gamma, sizes)
    beta = None if beta is None else ops.reshape(beta, sizes)
    normed = batch_normalization(x, mean, variance, beta, gamma, epsilon=epsilon)
    return normed, ops.squeeze(mean, axes), ops.squeeze(variance, axes)


def bias_add(x: Tensor, bias: Tensor, data_format: DataFormat = None) -> Tensor:
    """`x` plus a bias for each channel (a vector), or for each place and channel.

    Args:
        x: tensor.
        bias: tensor of one axis, or of one less than `x`.
        data_format: "channels_last" or "channels_first"; None is `K.image_data_format()`. Defaults to None.

    Raises:
        ValueError: for a bias that has neither one axis nor one less than `x`.
    """
    rank, own = ops.ndim(x), ops.ndim(bias)
    if own not in (1, rank - 1):
        raise ValueError(f"K.bias_add() takes a bias of 1 or {rank - 1} axes for x of {rank}, got {own}.")
    if rank > 2 and config.standardize_data_format(data_format) == "channels_first":
        bias = ops.transpose(bias, (own - 1, *range(own - 1)))
        bias = ops.reshape(bias, (*ops.shape(bias), *[1] * (rank - 2))) if own == 1 else bias
    return ops.add(x, bias)


@also_named(target="y_true", output="y_pred")
def binary_crossentropy(
    target: Tensor, output: Tensor, from_logits: bool = False, label_smoothing: float = 0.0
) -> Tensor:
    """Cross-entropy of each element; `output` holds probabilities, or logits.

    Args:
        target: targets, of the shape of `output`.
        output: predictions.
        from_logits: whether `output` holds logits. Defaults to False.
        label_smoothing: s from 0 to 1, which moves targets to ``(1 - s) * target + s / 2``. Defaults to 0.
        y_true: another name of `target`.
        y_pred: another name of `output`.
    """
    if label_smoothing:
        target = ops.add(ops.multiply(target, 1.0 - label_smoothing), 0.5 * label_smoothing)
    return ops.binary_crossentropy(target, output, from_logits)


@also_named(target="y_true", output="y_pred")
def categorical_crossentropy(
    target: Tensor, output: Tensor, from_logits: bool = False, axis: int = -1, label_smoothing: float = 0.0
) -> Tensor:
    """Cross-entropy along the class axis; `output` holds probabilities, or logits.

    Args:
        target: targets, of the shape of `output`.
        output: predictions.
        from_logits: whether `output` holds logits. Defaults to False.
        axis: axis of the classes. Defaults to -1.
        label_smoothing: s from 0 to 1, which moves targets to ``(1 - s) * target + s / classes``. Defaults to 0.
        y_true: another name of `target`.
        y_pred: another name of `output`.
    """
    if label_smoothing:
        classes = ops.shape(target)[axis]
        target = ops.add(ops.multiply(target, 1.0 - label_smoothing), label_smoothing / classes)
    return ops.categorical_crossentropy(target, output, from_logits, axis)


@also_named(target="y_true", output="y_pred")
def sparse_categorical_crossentropy(
    target: Tensor, output: Tensor, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """Cross-entropy of class indices; `output` holds probabilities, or logits.

    Args:
        target: class indices.
        output: predictions.
        from_logits: whether `output` holds logits. Defaults to False.
        axis: axis of the classes. Defaults to -1.
        y_true: another name of `target`.
        y_pred: another name of `output`.
    """
    return ops.sparse_categorical_crossentropy(target, output, from_logits, axis)


# -- convolution and pooling


def conv1d(
    x: Tensor,
    kernel: Tensor,
    strides: int = 1,
    padding: str = "valid",
    data_format: DataFormat = None,
    dilation_rate: int = 1,
) -> Tensor:
    """Convolution along one axis; "causal" padding lets no place see later ones.

    Args:
        x: tensor.
        kernel: tensor (*window, input channels, output channels).
        strides: step between neighbouring windows, an int or one for each axis. Defaults to 1.
        padding: "valid", "same" or "causal". Defaults to "valid".
        data_format: "channels_last" or "channels_first"; None is `K.image_data_format()`. Defaults to None.
        dilation_rate: distance between neighbouring elements of the kernel, an int or one for each axis. Defaults to 1.
    """
    if padding == "causal":
        before = (ops.shape(kernel)[0] - 1) * dilation_rate
        first = config.standardize_data_format(data_format) == "channels_first"
        x = ops.pad(x, ((0, 0), (0, 0), (before, 0)) if first else ((0, 0), (before, 0), (0, 0)))
        padding = "valid"
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


def conv2d(
    x: Tensor,
    kernel: Tensor,
    strides: Size = (1, 1),
    padding: str = "valid",
    data_format: DataFormat = None,
    dilation_rate: Size = (1, 1),
) -> Tensor:
    """Convolution along two axes.

    Args:
        x: tensor.
        kernel: tensor (*window, input channels, output channels).
        strides: step between neighbouring windows, an int or one for each axis. Defaults to (1, 1).
        padding: "valid" or "same". Defaults to "valid".
        data_format: "channels_last" or "channels_first"; None is `K.image_data_format()`. Defaults to None.
        dilation_rate: distance between neighbouring elements of the kernel, an int or one for each axis. Defaults to
            (1, 1).
    """
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


def conv3d(
    x: Tensor,
    kernel: Tensor,
    strides: Size = (1, 1, 1),
    padding: str = "valid",
    data_format: DataFormat = None,
    dilation_rate: Size = (1, 1, 1),
) -> Tensor:
    """Convolution along three axes.

    Args:
        x: tensor.
        kernel: tensor (*window, input channels, output channels).
        strides: step between neighbouring windows, an int or one for each axis. Defaults to (1, 1, 1).
        padding: "valid" or "same". Defaults to "valid".
        data_format: "channels_last" or "channels_first"; None is `K.image_data_format()`. Defaults to None.
        dilation_rate: distance between neighbouring elements of the kernel, an int or one for each axis. Defaults to
            (1, 1, 1).
    """
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


def conv2d_transpose(
    x: Tensor,
    kernel: Tensor,
    output_shape: Sequence[Any],
    strides: Size = (1, 1),
    padding: str = "valid",
    data_format: DataFormat = None,
    dilation_rate: Size = (1, 1),
) -> Tensor:
    """Transposed convolution along two axes.

    Args:
        x: tensor of rank 4.
        kernel: (height, width, output channels, input channels).
        output_shape: shape of the result; its spatial sizes must be ones that `conv2d` turns into those of `x`.
        strides: step between windows, an int or a pair.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first"; None takes the configured one.
        dilation_rate: distance of the kernel's elements, an int or a pair.
    """
    return _transposed(x, kernel, output_shape, strides, padding, data_format, dilation_rate)


def conv3d_transpose(
    x: Tensor,
    kernel: Tensor,
    output_shape: Sequence[Any],
    strides: Size = (1, 1, 1),
    padding: str = "valid",
    data_format: DataFormat = None,
) -> Tensor:
    """Transposed convolution along three axes; see `conv2d_transpose`.

    Args:
        x: tensor.
        kernel: tensor (*window, output channels, input channels).
        output_shape: shape of the result.
        strides: step between neighbouring windows, an int or one for each axis. Defaults to (1, 1, 1).
        padding: "valid" or "same". Defaults to "valid".
        data_format: "channels_last" or "channels_first"; None is `K.image_data_format()`. Defaults to None.
    """
    return _transposed(x, kernel, output_shape, strides, padding, data_format, 1)


def _transposed(
    x: Tensor,
    kernel: Tensor,
    output_shape: Sequence[Any],
    strides: Size,
    padding: str,
    data_format: DataFormat,
    dilation_rate: Size,
) -> Tensor:
    rank = ops.ndim(x) - 2
    first = 2 if config.standardize_data_format(data_format) == "channels_first" else 1
    steps = (strides,) * rank if isinstance(strides, int) else tuple(strides)
    spread = (dilation_rate,) * rank if isinstance(dilation_rate, int) else tuple(dilation_rate)
    extra: list[int] = []
    for i in range(rank):
        size, wanted = ops.shape(x)[first + i], output_shape[first + i]
        window = (ops.shape(kernel)[i] - 1) * spread[i] + 1
        if not isinstance(size, int) or not isinstance(wanted, int):
            return ops.conv_transpose(x, kernel, strides, padding, None, data_format, dilation_rate)
        natural = (size - 1) * steps[i] + window - (2 * (window // 2) if padding == "same" else 0)
        extra.append(wanted - natural)
    return ops.conv_transpose(x, kernel, strides, padding, tuple(extra), data_format, dilation_rate)


def separable_conv1d(
    x: Tensor,
    depthwise_kernel: Tensor,
    pointwise_kernel: Tensor,
    strides: Size = 1,
    padding: str = "valid",
    data_format: DataFormat = None,
    dilation_rate: Size = 1,
) -> Tensor:
    """A convolution of each channel, then a mix of them at each place, along one axis.

    Args:
        x: tensor.
        depthwise_kernel: tensor (*window, channels, multiplier).
        pointwise_kernel: tensor (1, ..., channels * multiplier, output channels).
        strides: step between neighbouring windows, an int or one for each axis. Defaults to 1.
        padding: "valid" or "same". Defaults to "valid".
        data_format: "channels_last" or "channels_first"; None is `K.image_data_format()`. Defaults to None.
        dilation_rate: distance between neighbouring elements of the kernel, an int or one for each axis. Defaults to 1.
    """
    return ops.separable_conv(x, depthwise_kernel, pointwise_kernel, strides, padding, data_format, dilation_rate)


def separable_conv2d(
    x: Tensor,
    depthwise_kernel: Tensor,
    pointwise_kernel: Tensor,
    strides: Size = (1, 1),
    padding: str = "valid",
    data_format: DataFormat = None,
    dilation_rate: Size = (1, 1),
) -> Tensor:
    """A convolution of each channel, then a mix of them at each place, along two axes.

    Args:
        x: tensor.
        depthwise_kernel: tensor (*window, channels, multiplier).
        pointwise_kernel: tensor (1, ..., channels * multiplier, output channels).
        strides: step between neighbouring windows, an int or one for each axis. Defaults to (1, 1).
        padding: "valid" or "same". Defaults to "valid".
        data_format: "channels_last" or "channels_first"; None is `K.image_data_format()`. Defaults to None.
        dilation_rate: distance between neighbouring elements of the kernel, an int or one for each axis. Defaults to
            (1, 1).
    """
    return ops.separable_conv(x, depthwise_kernel, pointwise_kernel, strides, padding, data_format, dilation_rate)


def depthwise_conv2d(
    x: Tensor,
    depthwise_kernel: Tensor,
    strides: Size = (1, 1),
    padding: str = "valid",
    data_format: DataFormat = None,
    dilation_rate: Size = (1, 1),
) -> Tensor:
    """Convolution of each channel by itself along two axes.

    Args:
        x: tensor.
        depthwise_kernel: tensor (*window, channels, multiplier).
        strides: step between neighbouring windows, an int or one for each axis. Defaults to (1, 1).
        padding: "valid" or "same". Defaults to "valid".
        data_format: "channels_last" or "channels_first"; None is `K.image_data_format()`. Defaults to None.
        dilation_rate: distance between neighbouring elements of the kernel, an int or one for each axis. Defaults to
            (1, 1).
    """
    return ops.depthwise_conv(x, depthwise_kernel, strides, padding, data_format, dilation_rate)


def pool2d(
    x: Tensor,
    pool_size: Size,
    strides: Size = (1, 1),
    padding: str = "valid",
    data_format: DataFormat = None,
    pool_mode: str = "max",
) -> Tensor:
    """The greatest element ("max") or the mean ("avg") of each window along two axes.

    Args:
        x: tensor.
        pool_size: size of the window, an int or one for each axis.
        strides: step between neighbouring windows, an int or one for each axis. Defaults to (1, 1).
        padding: "valid" or "same". Defaults to "valid".
        data_format: "channels_last" or "channels_first"; None is `K.image_data_format()`. Defaults to None.
        pool_mode: "max" or "avg". Defaults to "max".
    """
    return _pooled(x, pool_size, strides, padding, data_format, pool_mode)


def pool3d(
    x: Tensor,
    pool_size: Size,
    strides: Size = (1, 1, 1),
    padding: str = "valid",
    data_format: DataFormat = None,
    pool_mode: str = "max",
) -> Tensor:
    """The greatest element ("max") or the mean ("avg") of each window along three axes.

    Args:
        x: tensor.
        pool_size: size of the window, an int or one for each axis.
        strides: step between neighbouring windows, an int or one for each axis. Defaults to (1, 1, 1).
        padding: "valid" or "same". Defaults to "valid".
        data_format: "channels_last" or "channels_first"; None is `K.image_data_format()`. Defaults to None.
        pool_mode: "max" or "avg". Defaults to "max".
    """
    return _pooled(x, pool_size, strides, padding, data_format, pool_mode)


def _pooled(x: Tensor, pool_size: Size, strides: Size, padding: str, data_format: DataFormat, pool_mode: str) -> Tensor:
    pools = {"max": ops.max_pool, "avg": ops.average_pool}
    if pool_mode not in pools:
        raise ValueError(f"pool_mode must be 'max' or 'avg', got {pool_mode!r}.")
    return pools[pool_mode](x, pool_size, strides, padding, data_format)


def local_conv1d(
    inputs: Tensor, kernel: Tensor, kernel_size: Sequence[int], strides: Sequence[int], data_format: DataFormat = None
) -> Tensor:
    """Convolution along one axis with a kernel of its own for each place.

    Args:
        inputs: tensor of rank 3.
        kernel: (places, window * input channels, output channels).
        kernel_size: length of the window, a sequence of one int.
        strides: distance of the windows, a sequence of one int.
        data_format: "channels_last" or "channels_first"; None takes the configured one. The kernel is the same for
            both.
    """
    first = config.standardize_data_format(data_format) == "channels_first"
    x = ops.transpose(inputs, (0, 2, 1)) if first else inputs
    result = ops.local_conv(x, kernel, kernel_size, strides, "channels_last")
    return ops.transpose(result, (0, 2, 1)) if first else result


def local_conv2d(
    inputs: Tensor,
    kernel: Tensor,
    kernel_size: Sequence[int],
    strides: Sequence[int],
    output_shape: Sequence[int],
    data_format: DataFormat = None,
) -> Tensor:
    """Convolution along two axes with a kernel of its own for each place.

    Args:
        inputs: tensor of rank 4.
        kernel: (places, window * input channels, output channels), places row by row.
        kernel_size: height and width of the window.
        strides: vertical and horizontal distance of the windows.
        output_shape: spatial shape of the result, which follows from the others.
        data_format: "channels_last" or "channels_first"; None takes the configured one.
    """
    return ops.local_conv(inputs, kernel, kernel_size, strides, data_format)
