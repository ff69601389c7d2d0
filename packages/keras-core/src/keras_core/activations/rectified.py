"""Activations that pass positive values and bend or cut the rest."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING

from keras_core import ops

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def relu(
    x: Tensor,
    negative_slope: float | Tensor = 0.0,
    max_value: float | Tensor | None = None,
    threshold: float | Tensor = 0.0,
    *,
    alpha: float | Tensor | None = None,
) -> Tensor:
    """Rectified linear unit: ``x`` where it is above `threshold`, else a slope or zero.

    Args:
        x: tensor of any shape.
        negative_slope: slope below the threshold: ``negative_slope * (x - threshold)``; a number, or a tensor
            that broadcasts with `x`, such as a weight.
        max_value: upper bound of the result, likewise, or None.
        threshold: values below it are cut or sloped; likewise.
        alpha: Keras 2's name of `negative_slope`.

    Returns:
        A tensor shaped like `x`.

    Example:
        >>> from keras_core import activations
        >>> float(activations.relu(-2.0, negative_slope=0.5))
        -1.0
    """
    slope = negative_slope if alpha is None else alpha
    if isinstance(threshold, Real) and threshold == 0.0:
        if isinstance(slope, Real) and slope == 0.0:
            if isinstance(max_value, Real) and max_value == 6:
                return ops.relu6(x)
            x = ops.relu(x)
        else:
            x = leaky_relu(x, slope)
    else:
        x = ops.where(ops.greater(x, threshold), x, ops.multiply(ops.subtract(x, threshold), slope))
    return x if max_value is None else ops.minimum(x, max_value)


def relu6(x: Tensor) -> Tensor:
    """``min(max(x, 0), 6)``, for networks that run in low precision.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.relu6(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [0.0, 0.0, 2.0]
    """
    return ops.relu6(x)


def leaky_relu(x: Tensor, negative_slope: float | Tensor = 0.2, *, alpha: float | Tensor | None = None) -> Tensor:
    """``x`` where positive, else ``negative_slope * x`` (`alpha` is an older name of the slope).

    Args:
        x: tensor.
        negative_slope: slope for negative inputs, a number or a tensor that broadcasts with `x`. Defaults to 0.2.
        alpha: older name of `negative_slope`. Defaults to None.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.leaky_relu(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [-0.2000, 0.0, 2.0]
    """
    slope = negative_slope if alpha is None else alpha
    if isinstance(slope, Real):
        return ops.leaky_relu(x, float(slope))
    return ops.where(ops.greater(x, 0), x, ops.multiply(x, slope))


def elu(x: Tensor, alpha: float = 1.0) -> Tensor:
    """``x`` where positive, else ``alpha * (exp(x) - 1)``.

    Args:
        x: tensor.
        alpha: scale of the negative part; the result is at least ``-alpha``. Defaults to 1.0.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.elu(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [-0.6321, 0.0, 2.0]

    Reference: Clevert et al., 2016, https://arxiv.org/abs/1511.07289
    """
    return ops.elu(x, alpha)


def selu(x: Tensor) -> Tensor:
    """Scaled ELU, which keeps mean 0 and variance 1 from layer to layer with `lecun_normal` weights.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.selu(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [-1.1113, 0.0, 2.1014]

    Reference: Klambauer et al., 2017, https://arxiv.org/abs/1706.02515
    """
    return ops.selu(x)


def celu(x: Tensor, alpha: float = 1.0) -> Tensor:
    """``max(x, 0) + min(0, alpha * (exp(x / alpha) - 1))``, an ELU with a continuous derivative.

    Args:
        x: tensor.
        alpha: scale of the negative part; the result is at least ``-alpha``. Defaults to 1.0.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.celu(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [-0.6321, 0.0, 2.0]

    Reference: Barron, 2017, https://arxiv.org/abs/1704.07483
    """
    return ops.celu(x, alpha)


def threshold(x: Tensor, threshold: float, default_value: float) -> Tensor:
    """``x`` where it exceeds `threshold`, else `default_value`.

    Args:
        x: tensor.
        threshold: the threshold.
        default_value: value at and below the threshold.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.threshold(ops.convert_to_tensor([-1.0, 0.0, 2.0]), 1.0, 0.0)).tolist()
        [0.0, 0.0, 2.0]
    """
    return ops.threshold(x, threshold, default_value)


def softplus(x: Tensor) -> Tensor:
    """``log(exp(x) + 1)``, a smooth ReLU.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.softplus(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [0.3132, 0.6931, 2.1269]
    """
    return ops.softplus(x)


def squareplus(x: Tensor, b: float = 4) -> Tensor:
    """``(x + sqrt(x² + b)) / 2``, a smooth ReLU made of algebra only; `b` sets its width at 0.

    Args:
        x: tensor.
        b: smoothness; 0 is ReLU. Defaults to 4.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.squareplus(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [0.6180, 1.0, 2.4142]

    Reference: Barron, 2021, https://arxiv.org/abs/2112.11687
    """
    return ops.squareplus(x, b)


def sparse_plus(x: Tensor) -> Tensor:
    """0 up to -1, ``x`` from 1 on, and the parabola ``(x + 1)² / 4`` between.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.sparse_plus(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [0.0, 0.25, 2.0]
    """
    return ops.sparse_plus(x)


def linear(x: Tensor) -> Tensor:
    """The identity: returns `x` unchanged.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.linear(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [-1.0, 0.0, 2.0]
    """
    return x


def exponential(x: Tensor) -> Tensor:
    """``exp(x)``.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.exponential(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [0.3678, 1.0, 7.3890]
    """
    return ops.exp(x)
