"""Activations that pull small values to zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import ops

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def hard_shrink(x: Tensor, threshold: float = 0.5) -> Tensor:
    """``x`` where ``|x| > threshold``, else 0.

    Args:
        x: tensor.
        threshold: magnitude up to which values become 0. Defaults to 0.5.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.hard_shrink(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [-1.0, 0.0, 2.0]
    """
    return ops.hard_shrink(x, threshold)


def soft_shrink(x: Tensor, threshold: float = 0.5) -> Tensor:
    """Moves every value by `threshold` towards 0, and stops there.

    Args:
        x: tensor.
        threshold: how much magnitudes shrink. Defaults to 0.5.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.soft_shrink(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [-0.5, 0.0, 1.5]
    """
    return ops.soft_shrink(x, threshold)


def tanh_shrink(x: Tensor) -> Tensor:
    """``x - tanh(x)``.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.tanh_shrink(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [-0.2384, 0.0, 1.0359]
    """
    return ops.tanh_shrink(x)
