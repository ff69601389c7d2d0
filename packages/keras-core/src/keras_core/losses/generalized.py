"""A cross-entropy that bears wrong labels."""

from __future__ import annotations

from typing import Any

from keras_core import config, ops
from keras_core.losses.alignment import targets
from keras_core.losses.function_loss import NamedLoss
from keras_core.typing import Tensor


@targets("same")
def categorical_generalized_cross_entropy(y_true: Tensor, y_pred: Tensor, q: float) -> Tensor:
    """``(1 - p**q) / q``, where p is the probability given to the right class.

    Args:
        y_true: one-hot labels, shape (batch, ..., classes).
        y_pred: probabilities of that shape.
        q: above 0, where it tends to the cross-entropy, up to 1, where it is the absolute error.

    Reference: Zhang and Sabuncu, 2018, https://arxiv.org/abs/1805.07836
    """
    right = ops.sum(ops.multiply(y_true, y_pred), axis=-1)
    right = ops.clip(right, config.epsilon(), 1.0 - config.epsilon())
    return ops.divide(ops.subtract(1.0, ops.power(right, q)), q)


class CategoricalGeneralizedCrossEntropy(NamedLoss):
    """Cross-entropy for noisy labels; see `categorical_generalized_cross_entropy`, and `Loss`."""

    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_generalized_cross_entropy",
        dtype: Any = None,
    ) -> None:
        if not 0 < q < 1:
            raise ValueError(f"'{name}': q must be between 0 and 1, got {q!r}.")
        super().__init__(categorical_generalized_cross_entropy, reduction, name, dtype, q=q)
