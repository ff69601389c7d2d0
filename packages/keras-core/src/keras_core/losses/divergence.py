"""Losses between distributions and between counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import config, ops
from keras_core.losses.alignment import elementwise, targets
from keras_core.losses.function_loss import NamedLoss

if TYPE_CHECKING:
    from keras_core.typing import DTypeLike, Tensor


@targets("same")
def kl_divergence(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``sum(y_true * log(y_true / y_pred))`` over the last axis, for probabilities.

    Args:
        y_true: probabilities, shape (batch, ..., classes).
        y_pred: probabilities of that shape.

    Returns:
        Shape (batch, ...), without the last axis.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> p = np.array([[0.25, 0.75]])
        >>> np.asarray(losses.kl_divergence(p, p)).tolist()
        [0.0]
    """
    y_true, y_pred = (ops.clip(y, config.epsilon(), 1.0) for y in (y_true, y_pred))
    return ops.sum(ops.multiply(y_true, ops.log(ops.divide(y_true, y_pred))), axis=-1)


@elementwise
@targets("same")
def poisson(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Mean of ``y_pred - y_true * log(y_pred)`` over the last axis, for counts and positive rates.

    Args:
        y_true: counts, shape (batch, ..., n).
        y_pred: positive rates of that shape.

    Returns:
        Shape (batch, ...), without the last axis.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> ops.convert_to_numpy(losses.poisson(y_true, y_pred)).tolist()
        [1.1137]
    """
    log = ops.log(ops.add(y_pred, config.epsilon()))
    return ops.mean(ops.subtract(y_pred, ops.multiply(y_true, log)), axis=-1)


class KLDivergence(NamedLoss):
    """Kullback-Leibler divergence; computed by `kl_divergence`.

    Args:
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "kl_divergence".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[0.0, 1.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> round(float(losses.KLDivergence()(y_true, y_pred)), 4)
        0.6931
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "kl_divergence",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(kl_divergence, reduction, name, dtype)


class Poisson(NamedLoss):
    """Poisson loss; computed by `poisson`.

    Args:
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "poisson".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> round(float(losses.Poisson()(y_true, y_pred)), 4)
        1.1137
    """

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str = "poisson", dtype: DTypeLike = None
    ) -> None:
        super().__init__(poisson, reduction, name, dtype)


kld = KLD = kullback_leibler_divergence = kl_divergence
