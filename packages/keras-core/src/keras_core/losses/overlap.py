"""Losses of segmentation: how little two regions overlap."""

from __future__ import annotations

from typing import Any

from keras_core import config, ops
from keras_core.losses.alignment import targets
from keras_core.losses.function_loss import NamedLoss
from keras_core.typing import Tensor

Axis = int | tuple[int, ...] | list[int] | None


@targets("same")
def tversky(y_true: Tensor, y_pred: Tensor, alpha: float = 0.5, beta: float = 0.5, axis: Axis = None) -> Tensor:
    """``1 - hits / (hits + alpha * false positives + beta * false negatives)``.

    Args:
        y_true: regions as 0 and 1, shape (batch, ...).
        y_pred: probabilities of that shape.
        alpha: weight of false positives.
        beta: weight of false negatives.
        axis: axes to sum over; None sums over all, the batch included.

    The weights are those of the paper; Keras 3 gives `alpha` to the false negatives instead.

    Reference: Salehi et al., 2017, https://arxiv.org/abs/1706.05721
    """
    axes = tuple(axis) if isinstance(axis, (list, tuple)) else axis
    hits = ops.sum(ops.multiply(y_true, y_pred), axis=axes)
    false_positives = ops.sum(ops.multiply(ops.subtract(1.0, y_true), y_pred), axis=axes)
    false_negatives = ops.sum(ops.multiply(y_true, ops.subtract(1.0, y_pred)), axis=axes)
    misses = ops.add(ops.multiply(false_positives, alpha), ops.multiply(false_negatives, beta))
    numerator = ops.add(hits, config.epsilon())
    return ops.subtract(1.0, ops.divide(numerator, ops.add(numerator, misses)))


@targets("same")
def dice(y_true: Tensor, y_pred: Tensor, axis: Axis = None) -> Tensor:
    """``1 - 2 * sum(y_true * y_pred) / (sum(y_true) + sum(y_pred))`` over `axis` (None: over all).

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> round(float(losses.dice(np.array([[1.0, 0.0]]), np.array([[1.0, 1.0]]))), 4)
        0.3333
    """
    axes = tuple(axis) if isinstance(axis, (list, tuple)) else axis
    both = ops.multiply(ops.sum(ops.multiply(y_true, y_pred), axis=axes), 2.0)
    sizes = ops.add(ops.sum(y_true, axis=axes), ops.sum(y_pred, axis=axes))
    return ops.subtract(1.0, ops.divide(both, ops.add(sizes, config.epsilon())))


class Tversky(NamedLoss):
    """Overlap with weighted mistakes; see `tversky`, and `Loss` for `reduction`, `name`, `dtype`."""

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str = "tversky",
        axis: Axis = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(tversky, reduction, name, dtype, alpha=alpha, beta=beta, axis=axis)


class Dice(NamedLoss):
    """Overlap by the Dice coefficient; see `dice`, and `Loss` for `reduction`, `name`, `dtype`."""

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "dice",
        axis: Axis = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dice, reduction, name, dtype, axis=axis)
