"""Activations and cross-entropies that TensorFlow has fused kernels for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import config, dtypes
from keras_core.backend.toolkit import axes_of, axis_of, op_body

from keras_backend_tf.framework import raw, tf
from keras_backend_tf.ops.shapes import rank_of

if TYPE_CHECKING:
    from keras_core.typing import Axis, DType, Tensor

# -- activations


def relu(x: Tensor) -> Tensor:
    return x if x.dtype.is_unsigned or x.dtype is tf.bool else raw.Relu(features=x)


def relu6(x: Tensor) -> Tensor:
    return raw.Relu6(features=x) if x.dtype.is_floating else tf.minimum(relu(x), 6)


def sigmoid(x: Tensor) -> Tensor:
    return raw.Sigmoid(x=x)


def softplus(x: Tensor) -> Tensor:
    return raw.Softplus(features=x)


def softsign(x: Tensor) -> Tensor:
    return raw.Softsign(features=x)


def leaky_relu(x: Tensor, negative_slope: float = 0.2) -> Tensor:
    return raw.LeakyRelu(features=x, alpha=negative_slope)


def elu(x: Tensor, alpha: float = 1.0) -> Tensor:
    result = raw.Elu(features=x)
    return result if alpha == 1 else raw.SelectV2(condition=x > 0, t=x, e=result * tf.cast(alpha, x.dtype))


def selu(x: Tensor) -> Tensor:
    return raw.Selu(features=x)


_FEW_CLASSES = 128
"""Up to so many classes the softmax of a matrix is computed by its logarithm.

The call of oneDNN's softmax takes 65 µs before it does anything, that of the logarithm 2.
"""


def softmax(x: Tensor, axis: Axis = -1) -> Tensor:
    few = rank_of(x) == 2 and x.dtype in (tf.float32, tf.float64) and (x.shape[1] or _FEW_CLASSES + 1) <= _FEW_CLASSES
    if few and axis in (-1, 1):
        return raw.Exp(x=raw.LogSoftmax(logits=x))
    return _over_axes(raw.Softmax, x, axis)


def log_softmax(x: Tensor, axis: Axis = -1) -> Tensor:
    return _over_axes(raw.LogSoftmax, x, axis)


def _over_axes(kernel: Any, x: Tensor, axis: Axis) -> Tensor:
    """A kernel for the last axis, over any axes."""
    rank = rank_of(x)
    axes = axes_of(axis, rank)
    if axes == (rank - 1,):
        return kernel(logits=x)
    order = [*(k for k in range(rank) if k not in axes), *axes]
    back = [order.index(k) for k in range(rank)]
    turned = raw.Transpose(x=x, perm=order)
    flat = tf.reshape(turned, tf.concat([tf.shape(turned)[: rank - len(axes)], [-1]], 0))
    result = raw.Transpose(x=tf.reshape(kernel(logits=flat), tf.shape(turned)), perm=back)
    result.set_shape(x.shape)
    return result


# -- normalization


_LEAST_EPSILON = 1.001e-5
"""What cuDNN's kernel takes at least."""


def normalize_batch(
    x: Tensor,
    axis: int,
    offset: Tensor | None = None,
    scale: Tensor | None = None,
    epsilon: float = 1e-3,
) -> tuple[Tensor, Tensor, Tensor]:
    """By one kernel, of channels that are last; it tells the variance of a sample, which is a little larger."""
    rank = rank_of(x)
    channels = x.shape[-1]
    one_dtype = all(one is None or one.dtype is x.dtype for one in (offset, scale))
    last = axis_of(axis, rank) == rank - 1
    if x.dtype is not tf.float32 or not one_dtype or not last or not channels or epsilon < _LEAST_EPSILON:
        return op_body("normalize_batch")(x, axis, offset, scale, epsilon)
    flat = x if rank == 4 else tf.reshape(x, (-1, 1, 1, channels))
    found, mean, variance, *_ = raw.FusedBatchNormV3(
        x=flat,
        scale=tf.ones((channels,)) if scale is None else scale,
        offset=tf.zeros((channels,)) if offset is None else offset,
        mean=[],
        variance=[],
        epsilon=epsilon,
        is_training=True,
    )
    count = tf.cast(tf.size(flat) // channels, tf.float32)
    variance *= (count - 1) / count
    if rank != 4:
        found = tf.reshape(found, tf.shape(x))
    found.set_shape(x.shape)
    return found, tf.stop_gradient(mean), tf.stop_gradient(variance)


# -- classes


def one_hot(x: Tensor, num_classes: int, axis: int = -1, dtype: DType | None = None, sparse: bool = False) -> Tensor:
    if sparse:
        raise ValueError("got sparse=True, but only dense results are supported.")
    kind = tf.as_dtype(dtypes.standardize(dtype))
    classes = x if x.dtype in (tf.int32, tf.int64, tf.uint8) else tf.cast(x, tf.int64)
    place = axis if axis >= 0 or axis == -1 else axis + rank_of(x) + 1
    one, zero = tf.ones((), kind), tf.zeros((), kind)
    return raw.OneHot(indices=classes, depth=num_classes, on_value=one, off_value=zero, axis=place)


# -- cross-entropies


def _logits(output: Tensor, *kernels: str) -> Tensor | None:
    """While tracing, the logits of which `output` was made by these kernels: they allow a stable, fused loss."""
    for kernel in kernels:
        if not tf.is_symbolic_tensor(output) or output.op.type != kernel:
            return None
        output = output.op.inputs[0]
    return output


def _softmax_logits(output: Tensor) -> Tensor | None:
    found = _logits(output, "Exp", "LogSoftmax")
    return _logits(output, "Softmax") if found is None else found


def binary_crossentropy(target: Tensor, output: Tensor, from_logits: bool = False) -> Tensor:
    logits = output if from_logits else _logits(output, "Sigmoid")
    if logits is not None:
        return tf.nn.sigmoid_cross_entropy_with_logits(*_broadcast(target, logits))
    epsilon = config.epsilon()
    output = tf.clip_by_value(output, epsilon, 1 - epsilon)
    return -(target * tf.math.log(output) + (1 - target) * tf.math.log(1 - output))


def categorical_crossentropy(target: Tensor, output: Tensor, from_logits: bool = False, axis: int = -1) -> Tensor:
    last = axis_of(axis, rank_of(output)) == rank_of(output) - 1
    logits = output if from_logits else _softmax_logits(output) if last else None
    if logits is not None:
        return tf.nn.softmax_cross_entropy_with_logits(*_broadcast(target, logits), axis=axis)
    return -tf.reduce_sum(target * _log_probabilities(output, axis), axis)


def sparse_categorical_crossentropy(
    target: Tensor, output: Tensor, from_logits: bool = False, axis: int = -1
) -> Tensor:
    rank = rank_of(output)
    place = axis_of(axis, rank)
    classes = target if target.dtype in (tf.int32, tf.int64) else tf.cast(target, tf.int32)
    if rank_of(classes) == rank:
        classes = raw.Squeeze(input=classes, axis=[place])
    logits = output if from_logits else _softmax_logits(output) if place == rank - 1 else None
    scores = _log_probabilities(output, axis) if logits is None else logits
    if place != rank - 1:
        scores = raw.Transpose(x=scores, perm=[k for k in range(rank) if k != place] + [place])
    if logits is None:
        return -tf.gather(scores, classes, axis=-1, batch_dims=rank - 1)
    return tf.nn.sparse_softmax_cross_entropy_with_logits(classes, scores)


def _log_probabilities(output: Tensor, axis: int) -> Tensor:
    epsilon = config.epsilon()
    return tf.math.log(tf.clip_by_value(output / tf.reduce_sum(output, axis, keepdims=True), epsilon, 1 - epsilon))


def _broadcast(target: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
    if target.shape.is_fully_defined() and logits.shape.is_fully_defined() and target.shape != logits.shape:
        shape = tf.broadcast_static_shape(target.shape, logits.shape)
        return tf.broadcast_to(target, shape), tf.broadcast_to(logits, shape)
    return target, logits
