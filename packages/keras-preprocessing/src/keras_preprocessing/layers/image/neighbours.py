"""Sums of neighbouring pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


def neighbours(images: Tensor, axis: int, weights: Sequence[Any]) -> Tensor:
    """For each pixel the weighted sum of its neighbours along an axis; beyond the ends they are 0.

    Args:
        images: tensor (batch, ...) of rank 4.
        axis: the axis, counted from the end.
        weights: an odd number of weights: numbers, or tensors that broadcast.
    """
    reach = len(weights) // 2
    at = 4 + axis
    padded = ops.pad(images, [(reach, reach) if k == at else (0, 0) for k in range(4)])
    total: Any = None
    for k, weight in enumerate(weights):
        end = k + 1 - len(weights)
        part = padded[(*(slice(None),) * at, slice(k, end if end else None))]
        part = part if isinstance(weight, int) and weight == 1 else ops.multiply(part, weight)
        total = part if total is None else ops.add(total, part)
    return total
