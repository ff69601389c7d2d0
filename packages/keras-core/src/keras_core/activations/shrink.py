"""Activations that pull small values to zero."""

from __future__ import annotations

from keras_core import ops
from keras_core.typing import Tensor


def hard_shrink(x: Tensor, threshold: float = 0.5) -> Tensor:
    """``x`` where ``|x| > threshold``, else 0."""
    return ops.hard_shrink(x, threshold)


def soft_shrink(x: Tensor, threshold: float = 0.5) -> Tensor:
    """Moves every value by `threshold` towards 0, and stops there."""
    return ops.soft_shrink(x, threshold)


def tanh_shrink(x: Tensor) -> Tensor:
    """``x - tanh(x)``."""
    return ops.tanh_shrink(x)
