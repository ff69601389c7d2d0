"""Losses between distributions and between counts."""

from __future__ import annotations

from typing import Any

from keras_core import config, ops
from keras_core.losses.alignment import targets
from keras_core.losses.function_loss import NamedLoss
from keras_core.typing import Tensor


@targets("same")
def kl_divergence(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``sum(y_true * log(y_true / y_pred))`` over the last axis, for probabilities.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> p = np.array([[0.25, 0.75]])
        >>> np.asarray(losses.kl_divergence(p, p)).tolist()
        [0.0]
    """
    y_true, y_pred = (ops.clip(y, config.epsilon(), 1.0) for y in (y_true, y_pred))
    return ops.sum(ops.multiply(y_true, ops.log(ops.divide(y_true, y_pred))), axis=-1)


@targets("same")
def poisson(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Mean of ``y_pred - y_true * log(y_pred)`` over the last axis, for counts and positive rates."""
    log = ops.log(ops.add(y_pred, config.epsilon()))
    return ops.mean(ops.subtract(y_pred, ops.multiply(y_true, log)), axis=-1)


class KLDivergence(NamedLoss):
    """Kullback-Leibler divergence; see `kl_divergence`, and `Loss` for the arguments."""

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "kl_divergence",
        dtype: Any = None,
    ) -> None:
        super().__init__(kl_divergence, reduction, name, dtype)


class Poisson(NamedLoss):
    """Poisson loss; see `poisson`, and `Loss` for the arguments."""

    def __init__(self, reduction: str | None = "sum_over_batch_size", name: str = "poisson", dtype: Any = None) -> None:
        super().__init__(poisson, reduction, name, dtype)


kld = KLD = kullback_leibler_divergence = kl_divergence
