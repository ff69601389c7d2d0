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
        weights: those of the pixel itself, of both its neighbours, of both of theirs and so on: numbers, or tensors
            that broadcast.
    """
    reach, at = len(weights) - 1, 4 + axis
    padded = ops.pad(images, [(reach, reach) if k == at else (0, 0) for k in range(4)])

    def weighed(part: Tensor, weight: Any) -> Tensor:
        return part if isinstance(weight, int) and weight == 1 else ops.multiply(part, weight)

    def part(first: int) -> Tensor:
        return padded[(*(slice(None),) * at, slice(first, first - 2 * reach or None))]

    total = weighed(images, weights[0])
    for k in range(1, reach + 1):
        total = ops.add(total, weighed(ops.add(part(reach - k), part(reach + k)), weights[k]))
    return total
