"""Histograms of many rows of small whole numbers at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import ops

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def in_rows(values: Tensor, bins: int) -> Tensor:
    """Values of each row as places in tables of `bins` entries, one table a row, that stand one after another.

    Args:
        values: int32 tensor (rows, n) of numbers below `bins`.
        bins: entries of a table.
    """
    return ops.add(values, ops.expand_dims(ops.multiply(ops.arange(ops.shape(values)[0]), bins), 1))


def histograms(places: Tensor, bins: int) -> Tensor:
    """How often each number occurs in each row.

    Args:
        places: what `in_rows` gave.
        bins: entries of a table.

    Returns:
        float32 tensor (rows, bins).
    """
    flat = ops.reshape(places, (-1, 1))
    empty = ops.zeros((ops.shape(places)[0] * bins,), "int32")
    counts = ops.scatter_update(empty, flat, ops.ones_like(flat[:, 0]), "add")
    return ops.cast(ops.reshape(counts, (-1, bins)), "float32")
