"""Losses of margins: each is zero where the prediction lies beyond the margin on the right side."""

from __future__ import annotations

from typing import Any

from keras_core import ops
from keras_core.losses.alignment import targets
from keras_core.losses.function_loss import NamedLoss
from keras_core.typing import Tensor


def _signs(y_true: Tensor) -> Tensor:
    """Labels as -1 and 1: labels that are all 0 or 1 are converted."""
    binary = ops.all(ops.logical_or(ops.equal(y_true, 0), ops.equal(y_true, 1)))
    return ops.where(binary, ops.subtract(ops.multiply(y_true, 2.0), 1.0), y_true)


def _margin(y_true: Tensor, y_pred: Tensor) -> Tensor:
    return ops.relu(ops.subtract(1.0, ops.multiply(_signs(y_true), y_pred)))


@targets("same")
def hinge(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Mean of ``max(1 - y_true * y_pred, 0)`` over the last axis, for labels -1 and 1 (or 0 and 1).

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> np.asarray(losses.hinge(np.array([[-1.0, 1.0]]), np.array([[0.5, 2.0]]))).tolist()
        [0.75]
    """
    return ops.mean(_margin(y_true, y_pred), axis=-1)


@targets("same")
def squared_hinge(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Mean of ``max(1 - y_true * y_pred, 0)²`` over the last axis, for labels -1 and 1 (or 0 and 1)."""
    return ops.mean(ops.square(_margin(y_true, y_pred)), axis=-1)


@targets("same")
def categorical_hinge(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``max(1 + highest wrong score - right score, 0)``, for one-hot targets along the last axis."""
    right = ops.sum(ops.multiply(y_true, y_pred), axis=-1)
    wrong = ops.max(ops.multiply(ops.subtract(1.0, y_true), y_pred), axis=-1)
    return ops.relu(ops.add(ops.subtract(wrong, right), 1.0))


class Hinge(NamedLoss):
    """Mean hinge loss; see `hinge`, and `Loss` for the arguments."""

    def __init__(self, reduction: str | None = "sum_over_batch_size", name: str = "hinge", dtype: Any = None) -> None:
        super().__init__(hinge, reduction, name, dtype)


class SquaredHinge(NamedLoss):
    """Mean squared hinge loss; see `squared_hinge`, and `Loss` for the arguments."""

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "squared_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(squared_hinge, reduction, name, dtype)


class CategoricalHinge(NamedLoss):
    """Hinge loss of one-hot targets; see `categorical_hinge`, and `Loss` for the arguments."""

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(categorical_hinge, reduction, name, dtype)
