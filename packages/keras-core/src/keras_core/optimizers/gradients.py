"""What is done to gradients before they are used: clipping by value, by norm, by the norm of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import ops

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


def clip_by_value(gradients: Sequence[Tensor], limit: float) -> list[Tensor]:
    """Every component brought into [-limit, limit]."""
    return [ops.clip(gradient, -limit, limit) for gradient in gradients]


def clip_by_norm(gradients: Sequence[Tensor], limit: float) -> list[Tensor]:
    """Each gradient of an L2 norm above `limit` scaled down to this norm."""
    return [_scaled(gradient, _squared_norm(gradient), limit) for gradient in gradients]


def clip_by_global_norm(gradients: Sequence[Tensor], limit: float) -> list[Tensor]:
    """All gradients scaled by one factor, so that their joint L2 norm is at most `limit`.

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013.
    """
    if not gradients:
        return []
    total = _squared_norm(gradients[0])
    for gradient in gradients[1:]:
        total = ops.add(total, _squared_norm(gradient))
    return [_scaled(gradient, total, limit) for gradient in gradients]


def _squared_norm(gradient: Tensor) -> Tensor:
    return ops.sum(ops.square(gradient))


def _scaled(gradient: Tensor, squared_norm: Tensor, limit: float) -> Tensor:
    scale = ops.divide(limit, ops.maximum(ops.sqrt(squared_norm), limit))
    return ops.multiply(gradient, scale)
