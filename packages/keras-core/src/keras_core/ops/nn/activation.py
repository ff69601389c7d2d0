"""Activations, and the softmax."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from keras_core.ops.creation import ones_like
from keras_core.ops.elementwise import (
    abs as absolute,
)
from keras_core.ops.elementwise import (
    add,
    cast,
    clip,
    divide,
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
    sqrt,
    square,
    stop_gradient,
    subtract,
    tanh,
    where,
)
from keras_core.ops.indexing import sort
from keras_core.ops.logits import with_logits
from keras_core.ops.op import derived, primitive
from keras_core.ops.properties import dtype_of
from keras_core.ops.reduction import cumsum
from keras_core.ops.reduction import max as greatest
from keras_core.ops.reduction import sum as total
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import flip, split

if TYPE_CHECKING:
    from keras_core.typing import Axis, Tensor


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
