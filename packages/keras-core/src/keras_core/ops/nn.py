"""Activations, normalization and cross-entropies."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from keras_core import config, dtypes
from keras_core.graph.keras_tensor import any_symbolic
from keras_core.ops.creation import arange, ones_like, tri
from keras_core.ops.elementwise import (
    abs as absolute,
)
from keras_core.ops.elementwise import (
    add,
    cast,
    clip,
    divide,
    equal,
    erf,
    exp,
    expm1,
    greater,
    less,
    less_equal,
    log,
    maximum,
    minimum,
    multiply,
    negative,
    power,
    rsqrt,
    sqrt,
    square,
    stop_gradient,
    subtract,
    tanh,
    where,
)
from keras_core.ops.indexing import sort, take_along_axis
from keras_core.ops.linalg import matmul
from keras_core.ops.logits import logits_of, with_logits
from keras_core.ops.op import derived, primitive
from keras_core.ops.properties import dtype_of
from keras_core.ops.reduction import cumsum, mean
from keras_core.ops.reduction import max as greatest
from keras_core.ops.reduction import sum as total
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import broadcast_to, expand_dims, flip, ndim, reshape, shape, split, squeeze, transpose
from keras_core.staging.share import active_share, batch_sum

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Axis, DType, Tensor

# -- activations


@primitive(tensors=("x",), spec=rules.same)
def relu(x: Tensor) -> Tensor:
    """`max(x, 0)`; its gradient at 0 is 0.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.relu([-1.0, 2.0])).tolist()
        [0.0, 2.0]
    """


@primitive(tensors=("x",), cast="float", spec=rules.same)
def sigmoid(x: Tensor) -> Tensor:
    """`1 / (1 + exp(-x))`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.sigmoid([0.0])).tolist()
        [0.5]
    """


@primitive(tensors=("x",), cast="float", spec=rules.same)
def softplus(x: Tensor) -> Tensor:
    """`log(1 + exp(x))` without overflow.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.softplus([0.0])).tolist()
        [0.6931]
    """


@derived(tensors=("x",))
def relu6(x: Tensor) -> Tensor:
    """`relu` cut off at 6.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.relu6([-1.0, 9.0])).tolist()
        [0.0, 6.0]
    """
    return minimum(relu(x), 6)


@derived(tensors=("x",), cast="float")
def leaky_relu(x: Tensor, negative_slope: float = 0.2) -> Tensor:
    """`x` where positive, `negative_slope * x` elsewhere.

    Args:
        x: tensor.
        negative_slope: slope for negative inputs. Defaults to 0.2.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.leaky_relu([-1.0, 2.0], 0.5)).tolist()
        [-0.5, 2.0]
    """
    return where(greater(x, 0), x, multiply(x, negative_slope))


@derived(tensors=("x",), cast="float")
def elu(x: Tensor, alpha: float = 1.0) -> Tensor:
    """`x` where positive, `alpha * (exp(x) - 1)` elsewhere.

    Args:
        x: tensor.
        alpha: scale of the negative part. Defaults to 1.0.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.elu([-1.0, 2.0])).tolist()
        [-0.6321, 2.0]
    """
    return where(greater(x, 0), x, multiply(expm1(minimum(x, 0)), alpha))


@derived(tensors=("x",), cast="float")
def celu(x: Tensor, alpha: float = 1.0) -> Tensor:
    """`x` where positive, `alpha * (exp(x / alpha) - 1)` elsewhere.

    Args:
        x: tensor.
        alpha: scale of the negative part. Defaults to 1.0.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.celu([-1.0, 2.0])).tolist()
        [-0.6321, 2.0]
    """
    return where(greater(x, 0), x, multiply(expm1(divide(minimum(x, 0), alpha)), alpha))


_SELU_ALPHA = 1.6732632423543772
_SELU_SCALE = 1.0507009873554805


@derived(tensors=("x",), cast="float")
def selu(x: Tensor) -> Tensor:
    """Scaled `elu` that keeps mean 0 and variance 1.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.selu([0.0, 1.0])).tolist()
        [0.0, 1.0507]

    Reference: Klambauer et al., "Self-Normalizing Neural Networks", 2017.
    """
    return multiply(elu(x, _SELU_ALPHA), _SELU_SCALE)


@derived(tensors=("x",), cast="float")
def softsign(x: Tensor) -> Tensor:
    """`x / (1 + |x|)`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.softsign([-1.0, 1.0])).tolist()
        [-0.5, 0.5]
    """
    return divide(x, add(absolute(x), 1))


@derived(tensors=("x",), cast="float")
def log_sigmoid(x: Tensor) -> Tensor:
    """`log(sigmoid(x))` without underflow.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.log_sigmoid([0.0])).tolist()
        [-0.6931]
    """
    return negative(softplus(negative(x)))


@derived(tensors=("x",), cast="float")
def silu(x: Tensor) -> Tensor:
    """`x * sigmoid(x)`, also called swish.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.silu([0.0])).tolist()
        [0.0]
    """
    return multiply(x, sigmoid(x))


@derived(tensors=("x",), cast="float")
def swish(x: Tensor) -> Tensor:
    """Another name of `silu`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.swish([0.0])).tolist()
        [0.0]
    """
    return silu(x)


@derived(tensors=("x",), cast="float")
def mish(x: Tensor) -> Tensor:
    """`x * tanh(softplus(x))`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.mish([0.0])).tolist()
        [0.0]

    Reference: Misra, "Mish: A Self Regularized Non-Monotonic Activation Function", 2019.
    """
    return multiply(x, tanh(softplus(x)))


@derived(tensors=("x",), cast="float")
def hard_sigmoid(x: Tensor) -> Tensor:
    """`x / 6 + 0.5`, limited to 0 and 1.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.hard_sigmoid([-9.0, 0.0, 9.0])).tolist()
        [0.0, 0.5, 1.0]
    """
    return clip(add(multiply(x, 1 / 6), 0.5), 0, 1)


@derived(tensors=("x",), cast="float")
def hard_silu(x: Tensor) -> Tensor:
    """`x * hard_sigmoid(x)`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.hard_silu([-9.0, 0.0, 9.0])).tolist()
        [-0.0, 0.0, 9.0]
    """
    return multiply(x, hard_sigmoid(x))


@derived(tensors=("x",), cast="float")
def hard_swish(x: Tensor) -> Tensor:
    """Another name of `hard_silu`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.hard_swish([-9.0, 0.0, 9.0])).tolist()
        [-0.0, 0.0, 9.0]
    """
    return hard_silu(x)


@derived(tensors=("x",), cast="float")
def hard_tanh(x: Tensor) -> Tensor:
    """`x` limited to -1 and 1.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.hard_tanh([-3.0, 0.5])).tolist()
        [-1.0, 0.5]
    """
    return clip(x, -1, 1)


@derived(tensors=("x",), cast="float")
def tanh_shrink(x: Tensor) -> Tensor:
    """`x - tanh(x)`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.tanh_shrink([0.0])).tolist()
        [0.0]
    """
    return subtract(x, tanh(x))


@derived(tensors=("x",), cast="float")
def soft_shrink(x: Tensor, threshold: float = 0.5) -> Tensor:
    """`x` brought nearer to 0 by `threshold`, and 0 within it.

    Args:
        x: tensor.
        threshold: how much magnitudes shrink. Defaults to 0.5.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.soft_shrink([-1.0, 0.2])).tolist()
        [-0.5, 0.0]
    """
    return where(greater(x, threshold), subtract(x, threshold), where(less(x, -threshold), add(x, threshold), 0))


@derived(tensors=("x",), cast="float")
def hard_shrink(x: Tensor, threshold: float = 0.5) -> Tensor:
    """`x`, and 0 where its magnitude is at most `threshold`.

    Args:
        x: tensor.
        threshold: magnitude up to which values become 0. Defaults to 0.5.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.hard_shrink([-1.0, 0.2])).tolist()
        [-1.0, 0.0]
    """
    return where(greater(absolute(x), threshold), x, 0)


@derived(tensors=("x",), cast="float")
def threshold(x: Tensor, threshold: float, default_value: float) -> Tensor:
    """`x` where above `threshold`, `default_value` elsewhere.

    Args:
        x: tensor.
        threshold: the threshold.
        default_value: value at and below the threshold.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.threshold([0.5, 2.0], 1.0, 0.0)).tolist()
        [0.0, 2.0]
    """
    return where(greater(x, threshold), x, default_value)


@derived(tensors=("x",), cast="float")
def squareplus(x: Tensor, b: float = 4) -> Tensor:
    """`(x + sqrt(x**2 + b)) / 2`, a smooth `relu`.

    Args:
        x: tensor.
        b: smoothness; 0 is `relu`. Defaults to 4.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.squareplus([0.0])).tolist()
        [1.0]
    """
    return multiply(add(x, sqrt(add(square(x), b))), 0.5)


@derived(tensors=("x",), cast="float")
def sparse_plus(x: Tensor) -> Tensor:
    """0 up to -1, `x` from 1 on, `(x + 1)**2 / 4` between.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.sparse_plus([-2.0, 0.0, 2.0])).tolist()
        [0.0, 0.25, 2.0]
    """
    middle = multiply(square(add(x, 1)), 0.25)
    return where(less_equal(x, -1), 0, where(less(x, 1), middle, x))


@derived(tensors=("x",), cast="float")
def sparse_sigmoid(x: Tensor) -> Tensor:
    """`(x + 1) / 2`, limited to 0 and 1.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.sparse_sigmoid([-2.0, 0.0, 2.0])).tolist()
        [0.0, 0.5, 1.0]
    """
    return clip(multiply(add(x, 1), 0.5), 0, 1)


@derived(tensors=("x",), cast="float")
def gelu(x: Tensor, approximate: bool = True) -> Tensor:
    """`x` times the Gaussian distribution function of `x`, which `approximate` computes by tanh.

    Args:
        x: tensor.
        approximate: whether to compute by tanh. Defaults to True.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.gelu([0.0, 1.0])).tolist()
        [0.0, 0.8411]

    Reference: Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016.
    """
    if approximate:
        angle = multiply(add(x, multiply(power(x, 3), 0.044715)), math.sqrt(2 / math.pi))
        share = tanh(angle)
    else:
        share = erf(multiply(x, math.sqrt(0.5)))
    return multiply(multiply(x, 0.5), add(share, 1))


@derived(tensors=("x",), cast="float")
def glu(x: Tensor, axis: int = -1) -> Tensor:
    """The first half of an axis times the sigmoid of the second.

    Args:
        x: tensor.
        axis: axis to halve. Defaults to -1.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.glu([2.0, 0.0])).tolist()
        [1.0]

    Reference: Dauphin et al., "Language Modeling with Gated Convolutional Networks", 2016.
    """
    linear, gate = split(x, 2, axis)
    return multiply(linear, sigmoid(gate))


@derived(tensors=("x",), cast="float")
def softmax(x: Tensor, axis: Axis = -1) -> Tensor:
    """Exponentials divided by their sum along the axis (or axes).

    Args:
        x: tensor.
        axis: axis, or tuple of axes, over which the result sums to 1. Defaults to -1.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.softmax([0.0, 0.0])).tolist()
        [0.5, 0.5]
    """
    powers = exp(subtract(x, stop_gradient(greatest(x, axis, True))))
    return with_logits(divide(powers, total(powers, axis, True)), "softmax", x, axis)


@derived(tensors=("x",), cast="float")
def log_softmax(x: Tensor, axis: Axis = -1) -> Tensor:
    """Logarithm of `softmax`, without underflow.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, over which exponentials sum to 1. Defaults to -1.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.log_softmax([0.0, 0.0])).tolist()
        [-0.6931, -0.6931]
    """
    shifted = subtract(x, stop_gradient(greatest(x, axis, True)))
    return subtract(shifted, log(total(exp(shifted), axis, True)))


@derived(tensors=("x",), cast="float")
def sparsemax(x: Tensor, axis: int = -1) -> Tensor:
    """The nearest point of the probability simplex, in which small elements become 0.

    Args:
        x: tensor.
        axis: axis over which the result sums to 1. Defaults to -1.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.sparsemax([3.0, 1.0])).tolist()
        [1.0, 0.0]

    Reference: Martins and Astudillo, "From Softmax to Sparsemax", 2016.
    """
    ordered = flip(sort(x, axis), axis)
    sums = cumsum(ordered, axis)
    ranks = cumsum(ones_like(x), axis)
    inside = greater(add(multiply(ranks, ordered), 1), sums)
    count = total(cast(inside, dtype_of(x)), axis, True)
    tau = divide(subtract(total(where(inside, ordered, 0), axis, True), 1), count)
    return maximum(subtract(x, tau), 0)


# -- classes


@derived(tensors=("x",))
def one_hot(x: Tensor, num_classes: int, axis: int = -1, dtype: DType | None = None, sparse: bool = False) -> Tensor:
    """A new axis of length `num_classes` with 1 at the class and 0 elsewhere; all 0 for classes outside.

    Args:
        x: int tensor of classes.
        num_classes: number of classes.
        axis: position of the class axis in the result. Defaults to -1.
        dtype: dtype of the result; None is `keras.config.floatx()`. Defaults to None.
        sparse: accepted for Keras 3; only dense tensors exist. Defaults to False.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.one_hot([2, 0], 3)).tolist()
        [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    rules.dense_only(sparse)
    rank = ndim(x)
    position = rules.axis_of(axis, rank + 1)
    sizes = [1] * (rank + 1)
    sizes[position] = num_classes
    classes = reshape(arange(num_classes, dtype="int32"), sizes)
    return cast(equal(expand_dims(cast(x, "int32"), position), classes), dtypes.standardize(dtype))


@derived(tensors=("inputs",))
def multi_hot(
    inputs: Tensor, num_classes: int, axis: int = -1, dtype: DType | None = None, sparse: bool = False
) -> Tensor:
    """1 for every class that occurs along the last axis (or in a scalar), along the axis `axis`.

    Args:
        inputs: int tensor (..., n) of classes.
        num_classes: number of classes.
        axis: position of the class axis in the result. Defaults to -1.
        dtype: dtype of the result; None is `keras.config.floatx()`. Defaults to None.
        sparse: accepted for Keras 3; only dense tensors exist. Defaults to False.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.multi_hot([2, 0], 4)).tolist()
        [1.0, 0.0, 1.0, 0.0]
    """
    rules.dense_only(sparse)
    if ndim(inputs) == 0:
        return one_hot(inputs, num_classes, axis, dtype)
    return greatest(one_hot(inputs, num_classes, axis, dtype), -1 if axis == 0 else -2)


# -- normalization


@derived(tensors=("x",), cast="float")
def normalize(x: Tensor, axis: int | Sequence[int] = -1, order: float = 2, epsilon: float | None = None) -> Tensor:
    """`x` divided by its norm of that order along the axis; a norm below `epsilon` counts as `epsilon`.

    Args:
        x: tensor.
        axis: axis along which norms are computed. Defaults to -1.
        order: order of the norm. Defaults to 2.
        epsilon: small number that keeps the division finite; None takes `keras.config.epsilon()`. Defaults to None.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.normalize([3.0, 4.0])).tolist()
        [0.6000000238418579, 0.800000011920929]
    """
    epsilon = config.epsilon() if epsilon is None else epsilon
    if order == 2:
        return multiply(x, rsqrt(maximum(total(square(x), axis, True), epsilon**2)))
    if order == math.inf:
        return divide(x, maximum(greatest(absolute(x), axis, True), epsilon))
    powers = total(power(absolute(x), order), axis, True)
    return divide(x, maximum(power(powers, 1 / order), epsilon))


@derived(tensors=("x",))
def moments(
    x: Tensor, axes: int | Sequence[int], keepdims: bool = False, synchronized: bool = False
) -> tuple[Tensor, Tensor]:
    """Mean and variance over axes; 16-bit floats are summed in float32.

    Args:
        x: tensor.
        axes: axis, or tuple of axes, to reduce.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.
        synchronized: whether they are of the whole batch where several processes compute its rows, which are along the
            first axis, one of those that are reduced. Defaults to False.

    Returns:
        Pair of mean and variance.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> [float(part) for part in ops.moments([1.0, 3.0], 0)]
        [2.0, 1.0]
    """
    dtype = dtype_of(x)
    wide = cast(x, "float32") if dtype in ("float16", "bfloat16") else x
    dropped = rules.axes_of(axes, ndim(x))
    share = active_share() if synchronized and 0 in dropped else None

    def average(values: Tensor) -> Tensor:
        found = mean(values, axes, True)
        return found if share is None else batch_sum(multiply(found, share.weight), share)

    centre = average(wide)
    variance = average(square(subtract(wide, centre)))
    if not keepdims:
        centre, variance = squeeze(centre, dropped), squeeze(variance, dropped)
    return (cast(centre, dtype), cast(variance, dtype)) if wide is not x else (centre, variance)


@derived(tensors=("x", "mean", "variance", "offset", "scale"), cast="float")
def batch_normalization(
    x: Tensor,
    mean: Tensor,
    variance: Tensor,
    axis: int,
    offset: Tensor | None = None,
    scale: Tensor | None = None,
    epsilon: float = 1e-3,
) -> Tensor:
    """`(x - mean) / sqrt(variance + epsilon) * scale + offset`.

    Args:
        x: tensor.
        mean: mean of each channel, a vector.
        variance: variance of each channel, a vector.
        axis: axis of the channels.
        offset: vector to add; None adds none. Defaults to None.
        scale: vector to multiply by; None multiplies by none. Defaults to None.
        epsilon: small number added to the variance. Defaults to 0.001.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.batch_normalization([[1.0, 3.0]], [1.0, 1.0], [1.0, 4.0], -1, epsilon=0)).tolist()
        [[0.0, 1.0]]

    Reference: Ioffe and Szegedy, "Batch Normalization", 2015.
    """
    sizes = [1] * ndim(x)
    sizes[axis] = -1
    factor = rsqrt(add(variance, epsilon))
    if scale is not None:
        factor = multiply(factor, scale)
    shift = multiply(negative(mean), factor)
    if offset is not None:
        shift = add(shift, offset)
    return add(multiply(x, reshape(factor, sizes)), reshape(shift, sizes))


@derived(tensors=("x", "offset", "scale"), cast="float")
def normalize_batch(
    x: Tensor,
    axis: int,
    offset: Tensor | None = None,
    scale: Tensor | None = None,
    epsilon: float = 1e-3,
) -> tuple[Tensor, Tensor, Tensor]:
    """`batch_normalization` by the mean and variance of `x` itself.

    Args:
        x: tensor.
        axis: axis of the channels; mean and variance are over all others.
        offset: vector to add; None adds none. Defaults to None.
        scale: vector to multiply by; None multiplies by none. Defaults to None.
        epsilon: small number added to the variance. Defaults to 0.001.

    Returns:
        The normalized tensor, and mean and variance of each channel. These two are told, not differentiated: no
        gradient flows through them, as the kernels of frameworks have none for them (`moments` has).

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> found = ops.normalize_batch([[1.0], [3.0]], -1, epsilon=0.0)
        >>> [ops.convert_to_numpy(one).ravel().tolist() for one in found]
        [[-1.0, 1.0], [2.0], [1.0]]

    Reference: Ioffe and Szegedy, "Batch Normalization", 2015.
    """
    (place,) = rules.axes_of(axis, ndim(x))
    centre, variance = moments(x, [one for one in range(ndim(x)) if one != place])
    outputs = batch_normalization(x, centre, variance, place, offset, scale, epsilon)
    return outputs, stop_gradient(centre), stop_gradient(variance)


@derived(tensors=("x", "gamma", "beta"), cast="float")
def layer_normalization(
    x: Tensor,
    gamma: Tensor | None = None,
    beta: Tensor | None = None,
    axis: int | Sequence[int] = -1,
    epsilon: float | None = None,
) -> Tensor:
    """`x` with mean 0 and variance 1 along the axes, times `gamma`, plus `beta`.

    Args:
        x: tensor.
        gamma: tensor to multiply by, with the sizes of the axes in order; None multiplies by none. Defaults to None.
        beta: tensor to add, with the sizes of the axes in order; None adds none. Defaults to None.
        axis: axis, or tuple of axes, over which to normalize. Defaults to -1.
        epsilon: small number that keeps the division finite; None takes `keras.config.epsilon()`. Defaults to None.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.layer_normalization([1.0, 3.0], epsilon=0.0)).tolist()
        [-1.0, 1.0]

    Reference: Ba et al., "Layer Normalization", 2016.
    """
    axes = rules.axes_of(axis, ndim(x))
    centre, variance = moments(x, axes, keepdims=True)
    epsilon = config.epsilon() if epsilon is None else epsilon
    result = multiply(subtract(x, centre), rsqrt(add(variance, epsilon)))
    if gamma is not None:
        result = multiply(result, _along(gamma, axes, x))
    return result if beta is None else add(result, _along(beta, axes, x))


@derived(tensors=("x", "scale"), cast="float")
def rms_normalization(
    x: Tensor, scale: Tensor | None = None, axis: int | Sequence[int] = -1, epsilon: float | None = None
) -> Tensor:
    """`x` divided by its root mean square along the axes, times `scale`.

    Args:
        x: tensor.
        scale: tensor to multiply by; None multiplies by none. Defaults to None.
        axis: axis, or tuple of axes, over which to normalize. Defaults to -1.
        epsilon: small number that keeps the division finite; None takes `keras.config.epsilon()`. Defaults to None.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.rms_normalization([3.0, 3.0], epsilon=0.0)).tolist()
        [1.0, 1.0]

    Reference: Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019.
    """
    axes = rules.axes_of(axis, ndim(x))
    epsilon = config.epsilon() if epsilon is None else epsilon
    result = multiply(x, rsqrt(add(mean(square(x), axes, True), epsilon)))
    return result if scale is None else multiply(result, _along(scale, axes, x))


def _along(parameter: Tensor, axes: tuple[int, ...], x: Tensor) -> Tensor:
    """A parameter of the sizes of `axes`, reshaped to broadcast against `x`."""
    if axes == tuple(range(ndim(x) - len(axes), ndim(x))):
        return parameter
    sizes = shape(x)
    return reshape(parameter, [sizes[k] if k in axes else 1 for k in range(len(sizes))])


# -- cross-entropies


@derived(tensors=("target", "output"), cast="float")
def binary_crossentropy(target: Tensor, output: Tensor, from_logits: bool = False) -> Tensor:
    """`-target * log(output) - (1 - target) * log(1 - output)`, element by element.

    Args:
        target: tensor of the shape of `output`.
        output: probabilities, kept away from 0 and 1 by the configured epsilon; or logits.
        from_logits: whether `output` holds logits instead of probabilities. Defaults to False.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.binary_crossentropy([1.0], [0.5])).tolist()
        [0.6931471824645996]
    """
    logits = output if from_logits else logits_of(output, "sigmoid")
    if logits is not None:
        return add(subtract(maximum(logits, 0), multiply(logits, target)), softplus(negative(absolute(logits))))
    epsilon = config.epsilon()
    output = clip(output, epsilon, 1 - epsilon)
    right = multiply(target, log(output))
    wrong = multiply(subtract(1, target), log(subtract(1, output)))
    return negative(add(right, wrong))


@derived(tensors=("target", "output"), cast="float")
def categorical_crossentropy(target: Tensor, output: Tensor, from_logits: bool = False, axis: int = -1) -> Tensor:
    """`-sum(target * log(output))` along the class axis.

    Args:
        target: tensor of the shape of `output`.
        output: probabilities, first divided by their sum and kept away from 0 and 1; or logits.
        from_logits: whether `output` holds logits instead of probabilities. Defaults to False.
        axis: axis of the classes. Defaults to -1.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])).tolist()
        [0.6931]
    """
    return negative(total(multiply(target, _log_probabilities(output, from_logits, axis)), axis))


@derived(tensors=("target", "output"), cast={"float": ("output",)})
def sparse_categorical_crossentropy(
    target: Tensor, output: Tensor, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """`-log(output)` at the target class.

    Args:
        target: int tensor of the shape of `output` without the class axis (which may be there with length 1).
        output: probabilities or logits.
        from_logits: whether `output` holds logits instead of probabilities. Defaults to False.
        axis: axis of the classes. Defaults to -1.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.sparse_categorical_crossentropy([1], [[0.5, 0.5]])).tolist()
        [0.6931471824645996]
    """
    position = rules.axis_of(axis, ndim(output))
    logs = _log_probabilities(output, from_logits, axis)
    picks = cast(target, "int32")
    if ndim(target) < ndim(output):
        picks = expand_dims(picks, position)
    return negative(squeeze(take_along_axis(logs, picks, position), position))


def _log_probabilities(output: Tensor, from_logits: bool, axis: int) -> Tensor:
    logits = output if from_logits else logits_of(output, "softmax", axis)
    if logits is not None:
        return log_softmax(logits, axis)
    epsilon = config.epsilon()
    return log(clip(divide(output, total(output, axis, True)), epsilon, 1 - epsilon))


# -- attention


@derived(tensors=("query", "key", "value", "bias", "mask"), cast={"float": ("query", "key", "value", "bias")})
def dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Tensor | None = None,
    mask: Tensor | None = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Tensor:
    """Values averaged by the softmax of the products of queries and keys.

    Args:
        query: (batch, T, heads, depth).
        key: (batch, S, key heads, depth); the number of heads is a multiple of theirs.
        value: (batch, S, key heads, depth); the number of heads is a multiple of theirs.
        bias: added to the products, broadcast to (batch, heads, T, S). Defaults to None.
        mask: bool, true where a query may look; broadcast like `bias`. Defaults to None.
        scale: factor of the products, 1 / sqrt(depth) when None. Defaults to None.
        is_causal: hide keys behind the query's position. Defaults to False.
        flash_attention: None lets the backend choose how to compute; True asks for its flash attention. Defaults to
            None.
        attn_logits_soft_cap: products are bent by tanh to stay within this bound. Defaults to None.

    Returns:
        Tensor (batch, T, heads, depth).

    Raises:
        ValueError: for ``flash_attention=True`` where the backend has none.

    Example:
        >>> from keras_core import ops
        >>> tuple(ops.dot_product_attention(*[ops.ones((1, 3, 2, 4))] * 3).shape)
        (1, 3, 2, 4)

    Reference: Vaswani et al., "Attention Is All You Need", 2017.
    """
    if flash_attention and not any_symbolic(query):
        raise ValueError(
            "dot_product_attention(): flash_attention=True is not available here. Leave it at None, which lets the "
            "backend choose."
        )
    (*_, heads, depth), key_heads = shape(query), shape(key)[2]
    if heads != key_heads:
        key, value = (_shared_heads(x, heads // key_heads) for x in (key, value))
    query = transpose(multiply(query, 1 / math.sqrt(depth) if scale is None else scale), (0, 2, 1, 3))
    products = matmul(query, transpose(key, (0, 2, 3, 1)))
    if attn_logits_soft_cap is not None:
        products = multiply(tanh(divide(products, attn_logits_soft_cap)), attn_logits_soft_cap)
    if bias is not None:
        products = add(products, bias)
    lowest = dtypes.limits(dtype_of(products))[0]
    if mask is not None:
        products = where(mask, products, lowest)
    if is_causal:
        products = where(tri(shape(query)[2], shape(key)[1], 0, "bool"), products, lowest)
    return transpose(matmul(softmax(products), transpose(value, (0, 2, 1, 3))), (0, 2, 1, 3))


def _shared_heads(x: Tensor, times: int) -> Tensor:
    batch, steps, heads, depth = shape(x)
    wide = broadcast_to(expand_dims(x, 3), (batch, steps, heads, times, depth))
    return reshape(wide, (batch, steps, heads * times, depth))
