"""Activations that turn logits into a distribution along an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import ops

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def softmax(x: Tensor, axis: int = -1) -> Tensor:
    """``exp(x) / sum(exp(x))`` along `axis`: positive, with sum 1.

    Args:
        x: tensor of logits.
        axis: the axis (or tuple of axes) that sums to 1.

    Example:
        >>> import numpy as np
        >>> from keras_core import activations
        >>> np.asarray(activations.softmax(np.zeros((1, 4)))).tolist()
        [[0.25, 0.25, 0.25, 0.25]]
    """
    return ops.softmax(x, axis)


def log_softmax(x: Tensor, axis: int = -1) -> Tensor:
    """Logarithm of the softmax along `axis`, computed without overflow.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, over which exponentials sum to 1. Defaults to -1.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.log_softmax(ops.convert_to_tensor([0.0, 0.0]))).tolist()
        [-0.6931, -0.6931]
    """
    return ops.log_softmax(x, axis)


def sparsemax(x: Tensor, axis: int = -1) -> Tensor:
    """Nearest point of the simplex to `x` along `axis`: like softmax, with exact zeros.

    Args:
        x: tensor.
        axis: axis over which the result sums to 1. Defaults to -1.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.sparsemax(ops.convert_to_tensor([0.5, 0.2, -1.0]))).tolist()
        [0.6499, 0.3500, 0.0]

    Reference: Martins and Astudillo, 2016, https://arxiv.org/abs/1602.02068
    """
    return ops.sparsemax(x, axis)
