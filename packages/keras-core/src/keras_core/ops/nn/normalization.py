"""Normalization."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from keras_core import config
from keras_core.ops.elementwise import (
    abs as absolute,
)
from keras_core.ops.elementwise import (
    add,
    cast,
    divide,
    maximum,
    multiply,
    negative,
    power,
    rsqrt,
    square,
    stop_gradient,
    subtract,
)
from keras_core.ops.op import derived
from keras_core.ops.properties import dtype_of
from keras_core.ops.reduction import max as greatest
from keras_core.ops.reduction import mean
from keras_core.ops.reduction import sum as total
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import ndim, reshape, shape, squeeze
from keras_core.staging.share import active_share, batch_sum

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


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
