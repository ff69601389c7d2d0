"""From a loss for each sample to one number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import ops
from keras_core.layers.whole_batch import mean_over_batch
from keras_core.losses.alignment import align_weights
from keras_core.ops.properties import dtype_of
from keras_core.staging.share import active_share

if TYPE_CHECKING:
    from keras_core.typing import Tensor

REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none")


def standardize_reduction(name: str, reduction: str | None) -> str:
    """The reduction's name; None is "none" and Keras 2's "auto" is "sum_over_batch_size".

    Raises:
        ValueError: for an unknown one.
    """
    text = {None: "none", "auto": "sum_over_batch_size"}.get(reduction, reduction)
    if text not in REDUCTIONS:
        raise ValueError(f"'{name}': reduction must be one of {', '.join(REDUCTIONS)}, got {reduction!r}.")
    return str(text)


def reduce_losses(
    name: str,
    values: Tensor,
    sample_weight: Tensor | None = None,
    mask: Tensor | None = None,
    reduction: str = "sum_over_batch_size",
) -> Tensor:
    """Weigh the values, leave out masked ones, and reduce.

    Args:
        name: of the loss, for messages.
        values: a loss for each sample, shape (batch, ...).
        sample_weight: factors; broadcast from the left.
        mask: true where a value counts; a mean is then over those only.
        reduction: "sum_over_batch_size" (also called "mean"): sum over the number of values;
            "mean_with_sample_weight": sum over the sum of weights; "sum"; "none".

    Returns:
        The loss. Where a process computes a share of a batch, what stands for its rows: the batch's loss is the mean of
        all processes', weighted by their numbers of rows.
    """
    dtype = dtype_of(values)
    weights = None
    if sample_weight is not None:
        weights = align_weights(name, ops.cast(sample_weight, dtype), values)
    if mask is not None:
        kept = align_weights(name, ops.cast(mask, dtype), values)
        if reduction in ("sum_over_batch_size", "mean"):
            kept = _divide(kept, mean_over_batch(kept))
        weights = kept if weights is None else ops.multiply(weights, kept)
    if weights is not None:
        values = ops.multiply(values, weights)
    if reduction == "none":
        return values
    share = active_share()
    if reduction == "sum":
        total = ops.sum(values)
        return total if share is None else ops.multiply(total, 1 / share.weight if share.rows else 0.0)
    if reduction == "mean_with_sample_weight" and weights is not None:
        everywhere = ops.multiply(weights, ops.ones_like(values))
        if share is not None:
            return _divide(ops.mean(values), mean_over_batch(everywhere))
        return _divide(ops.sum(values), ops.sum(everywhere))
    return ops.mean(values)


def _divide(x: Tensor, by: Tensor) -> Tensor:
    """``x / by``, and 0 where `by` is 0."""
    zero = ops.equal(by, 0)
    return ops.where(zero, ops.zeros_like(x), ops.divide(x, ops.where(zero, ops.ones_like(by), by)))
