"""Attention over any axes, reshaped to attention over one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import ops

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class FoldedAxes:
    """Turns (batch, ..., heads, size) into (rows, positions, heads, size) and back.

    Args:
        shape: shape of the tensor, None where a size is not known.
        axes: axes to attend over, which become the positions; the others before the heads become rows.

    Raises:
        ValueError: when more than the batch is unknown.
    """

    def __init__(self, shape: Sequence[Any], axes: Sequence[int]) -> None:
        rank = len(shape)
        self.over = [axis % rank for axis in axes]
        self.beside = [axis for axis in range(rank - 2) if axis not in self.over]
        self.order = [*self.beside, *self.over, rank - 2, rank - 1]
        sizes = [size if isinstance(size, int) else None for size in shape]
        self.rows, self.positions = [sizes[axis] for axis in self.beside], [sizes[axis] for axis in self.over]
        if None in (*self.rows[1:], *self.positions):
            raise ValueError(f"Attention over several axes needs their sizes, got a tensor of shape {tuple(sizes)}.")

    def fold(self, x: Tensor) -> Tensor:
        """(batch, ..., heads, size) as (rows, positions, heads, size)."""
        heads, size = ops.shape(x)[-2:]
        return ops.reshape(ops.transpose(x, self.order), (-1, math.prod(self.positions), heads, size))

    def unfold(self, x: Tensor) -> Tensor:
        """The inverse of `fold`."""
        heads, size = ops.shape(x)[-2:]
        x = ops.reshape(x, (-1, *self.rows[1:], *self.positions, heads, size))
        return ops.transpose(x, sorted(range(len(self.order)), key=self.order.__getitem__))

    def fold_mask(self, mask: Tensor, keys: FoldedAxes) -> Tensor:
        """A mask (batch, ..., queries, keys), with or without the axes beside, as (rows, queries, keys)."""
        inner = [*self.positions, *keys.positions]
        missing = len(self.rows) + len(inner) - ops.ndim(mask)
        before = ops.ndim(mask) - len(inner)
        mask = ops.expand_dims(mask, tuple(range(before, before + missing)))
        batch = ops.shape(mask)[0]
        mask = ops.broadcast_to(mask, (batch, *self.rows[1:], *inner))
        return ops.reshape(mask, (-1, math.prod(self.positions), math.prod(keys.positions)))

    def unfold_scores(self, scores: Tensor, keys: FoldedAxes) -> Tensor:
        """Weights (rows, heads, queries, keys) as (batch, ..., heads, queries, keys)."""
        heads = ops.shape(scores)[1]
        return ops.reshape(scores, (-1, *self.rows[1:], heads, *self.positions, *keys.positions))
