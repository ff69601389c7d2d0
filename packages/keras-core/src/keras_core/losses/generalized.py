"""A cross-entropy that bears wrong labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import config, ops
from keras_core.losses.alignment import targets
from keras_core.losses.function_loss import NamedLoss

if TYPE_CHECKING:
    from keras_core.typing import DTypeLike, Tensor


@targets("same")
def categorical_generalized_cross_entropy(y_true: Tensor, y_pred: Tensor, q: float) -> Tensor:
    """``(1 - p**q) / q``, where p is the probability given to the right class.

    Args:
        y_true: one-hot labels, shape (batch, ..., classes).
        y_pred: probabilities of that shape.
        q: above 0, where it tends to the cross-entropy, up to 1, where it is the absolute error.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> y_true, y_pred = np.array([[0.0, 1.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> ops.convert_to_numpy(losses.categorical_generalized_cross_entropy(y_true, y_pred, q=0.5)).tolist()
        [0.5857]

    Reference: Zhang and Sabuncu, 2018, https://arxiv.org/abs/1805.07836
    """
    right = ops.sum(ops.multiply(y_true, y_pred), axis=-1)
    right = ops.clip(right, config.epsilon(), 1.0 - config.epsilon())
    return ops.divide(ops.subtract(1.0, ops.power(right, q)), q)


class CategoricalGeneralizedCrossEntropy(NamedLoss):
    """Cross-entropy for noisy labels; computed by `categorical_generalized_cross_entropy`.

    Args:
        q: above 0, where it tends to the cross-entropy, up to 1, where it is the absolute error. Defaults to 0.5.
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "categorical_generalized_cross_entropy".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Raises:
        ValueError: if `q` is not between 0 and 1.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[0.0, 1.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> round(float(losses.CategoricalGeneralizedCrossEntropy()(y_true, y_pred)), 4)
        0.5858
    """

    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_generalized_cross_entropy",
        dtype: DTypeLike = None,
    ) -> None:
        if not 0 < q < 1:
            raise ValueError(f"'{name}': q must be between 0 and 1, got {q!r}.")
        super().__init__(categorical_generalized_cross_entropy, reduction, name, dtype, q=q)
