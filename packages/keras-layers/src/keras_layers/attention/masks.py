"""Who may look where: masks of attention, true where a query may look at a key."""

from __future__ import annotations

from typing import Any

from keras_core import dtypes, ops
from keras_core.typing import Tensor


def both(first: Tensor | None, second: Tensor | None) -> Tensor | None:
    """True where both are; None stands for true everywhere."""
    if first is None or second is None:
        return second if first is None else first
    return ops.logical_and(first, second)


def of_keys(mask: Tensor | None) -> Tensor | None:
    """A mask (batch, keys) as (batch, 1, keys)."""
    return None if mask is None else ops.expand_dims(ops.cast(mask, "bool"), -2)


def causal(queries: Any, keys: Any) -> Tensor:
    """Query i sees keys 0 to i, shape (queries, keys); sizes may be known at run time only."""
    return ops.tri(queries, keys, 0, "bool")


def window(queries: Any, keys: Any, size: int) -> Tensor:
    """Query i sees the keys less than `size` positions from i, shape (queries, keys)."""
    return ops.logical_and(
        ops.tri(queries, keys, size - 1, "bool"), ops.logical_not(ops.tri(queries, keys, -size, "bool"))
    )


def hidden(scores: Tensor, mask: Tensor | None) -> Tensor:
    """The scores with the lowest number of their dtype where the mask is false."""
    return scores if mask is None else ops.where(mask, scores, dtypes.limits(ops.dtype(scores))[0])
