"""Attention masks, True where a query may attend to a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import dtypes, ops

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def combine(first: Tensor | None, second: Tensor | None) -> Tensor | None:
    """The conjunction of two masks; None stands for True everywhere."""
    if first is None or second is None:
        return second if first is None else first
    return ops.logical_and(first, second)


def for_keys(mask: Tensor | None) -> Tensor | None:
    """A mask (batch, keys) with an axis of queries: (batch, 1, keys)."""
    return None if mask is None else ops.expand_dims(ops.cast(mask, "bool"), -2)


def causal(queries: Any, keys: Any, first: Any = 0) -> Tensor:
    """Causal mask (queries, keys): query i attends to keys 0 to i. Sizes may be known at run time only.

    Args:
        queries: number of queries.
        keys: number of keys.
        first: position of the first query among the keys, a number or a scalar tensor.
    """
    return ops.tri(queries, keys, first, "bool")


def window(queries: Any, keys: Any, size: int, first: Any = 0) -> Tensor:
    """Mask (queries, keys) of a sliding window: query i attends to keys less than `size` positions away.

    Args:
        queries: number of queries.
        keys: number of keys.
        size: the window's size.
        first: position of the first query among the keys, a number or a scalar tensor.
    """
    return ops.logical_and(
        ops.tri(queries, keys, first + size - 1, "bool"), ops.logical_not(ops.tri(queries, keys, first - size, "bool"))
    )


def written(keys: Any, count: Any) -> Tensor:
    """Mask (1, keys) of the first `count` keys, a number or a scalar tensor."""
    return ops.expand_dims(ops.less(ops.arange(keys), count), 0)


def masked_scores(scores: Tensor, mask: Tensor | None) -> Tensor:
    """The scores, with the lowest number of their dtype where the mask is False."""
    return scores if mask is None else ops.where(mask, scores, dtypes.limits(ops.dtype(scores))[0])
