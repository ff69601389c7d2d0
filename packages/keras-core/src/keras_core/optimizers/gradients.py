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


def clip_by_norm(
    gradients: Sequence[Tensor], limit: float, squared_norms: Sequence[Tensor] | None = None
) -> list[Tensor]:
    """Each gradient of an L2 norm above `limit` scaled down to this norm.

    Args:
        gradients: the gradients.
        limit: the highest norm.
        squared_norms: of the gradients, where these are parts of others. Defaults to None.
    """
    squares = [squared_norm(one) for one in gradients] if squared_norms is None else squared_norms
    return [_scaled(gradient, square, limit) for gradient, square in zip(gradients, squares, strict=True)]


def clip_by_global_norm(
    gradients: Sequence[Tensor], limit: float, squared_norms: Sequence[Tensor] | None = None
) -> list[Tensor]:
    """All gradients scaled by one factor, so that their joint L2 norm is at most `limit`.

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013.

    Args:
        gradients: the gradients.
        limit: the highest norm.
        squared_norms: of the gradients, where these are parts of others. Defaults to None.
    """
    if not gradients:
        return []
    squares = [squared_norm(one) for one in gradients] if squared_norms is None else squared_norms
    total = squares[0]
    for square in squares[1:]:
        total = ops.add(total, square)
    return [_scaled(gradient, total, limit) for gradient in gradients]


def squared_norm(gradient: Tensor) -> Tensor:
    """The sum of the squares of all elements.

    Args:
        gradient: a tensor of floats.
    """
    return ops.sum(ops.square(gradient))


def _scaled(gradient: Tensor, squared_norm: Tensor, limit: float) -> Tensor:
    scale = ops.divide(limit, ops.maximum(ops.sqrt(squared_norm), limit))
    return ops.multiply(gradient, scale)
